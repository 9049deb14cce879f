namespace MbMix.Search;

/// <summary>Functions with known minima, on which samplers are measured.</summary>
internal static class Landscapes
{
    private static readonly double[] HartmannWeights = [1, 1.2, 3, 3.2];

    private static readonly double[][] HartmannWidths =
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ];

    private static readonly double[][] HartmannCenters =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    /// <summary>The space of <see cref="Branin"/>.</summary>
    public static Space BraninSpace { get; } = new([Real("x", -5, 10), Real("y", 0, 15)]);

    /// <summary>The space of <see cref="Hartmann"/>: the unit cube in six dimensions.</summary>
    public static Space HartmannSpace { get; } = new([.. Enumerable.Range(0, 6).Select(i => Real($"x{i}", 0, 1))]);

    /// <summary>
    /// The space of <see cref="Branches"/>: three branches, of which each has parameters of its own beside a common
    /// one.
    /// </summary>
    public static Space BranchesSpace { get; } = new(
    [
        new() { Name = "branch", Kind = ParameterKind.Choice, Choices = ["\"line\"", "\"valley\"", "\"bowl\""] },
        Real("common", 1e-4, 1) with { Logarithmic = true },
        Real("line.slope", -1, 1) with { Condition = new("branch", ["\"line\""]) },
        Real("valley.x", -2, 2) with { Condition = new("branch", ["\"valley\""]) },
        Real("valley.y", -1, 3) with { Condition = new("branch", ["\"valley\""]) },
        new()
        {
            Name = "bowl.size", Kind = ParameterKind.Integer, Low = 1, High = 64, Logarithmic = true,
            Condition = new("branch", ["\"bowl\""]),
        },
        Real("bowl.rate", 1e-5, 1e-1) with { Logarithmic = true, Condition = new("branch", ["\"bowl\""]) },
    ]);

    /// <summary>Branin's function: minimum 0.397887 at (-pi, 12.275), (pi, 2.275) and (9.42478, 2.475).</summary>
    public static double Branin(Setting setting)
    {
        double x = setting.Values[0], y = setting.Values[1];
        double valley = y - (5.1 / (4 * Math.PI * Math.PI) * x * x) + (5 / Math.PI * x) - 6;
        return (valley * valley) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x)) + 10;
    }

    /// <summary>
    /// Hartmann's function of six variables: minimum -3.32237 at (0.20169, 0.150011, 0.476874, 0.275332, 0.311652,
    /// 0.6573).
    /// </summary>
    public static double Hartmann(Setting setting)
    {
        double sum = 0;
        for (int i = 0; i < HartmannWeights.Length; i++)
        {
            double distance = 0;
            for (int j = 0; j < setting.Values.Count; j++)
            {
                double offset = setting.Values[j] - HartmannCenters[i][j];
                distance += HartmannWidths[i][j] * offset * offset;
            }
            sum -= HartmannWeights[i] * Math.Exp(-distance);
        }
        return sum;
    }

    /// <summary>
    /// A function over branches: minimum 0, in the bowl at size 16 and rate 1e-3 with the common parameter at 1e-2;
    /// the other branches end at 0.5 and 1.
    /// </summary>
    public static double Branches(Setting setting)
    {
        double common = Math.Log10(setting.Values[1]) + 2;
        double shared = 0.25 * common * common;
        switch ((int)setting.Values[0])
        {
            case 0:
                return 1 + shared + Math.Abs(setting.Values[2] - 0.3);
            case 1:
                double x = setting.Values[3], y = setting.Values[4];
                return 0.5 + shared + ((1 - x) * (1 - x)) + (10 * (y - (x * x)) * (y - (x * x)));
            default:
                double size = Math.Log2(setting.Values[5]) - 4, rate = Math.Log10(setting.Values[6]) + 3;
                return shared + (0.2 * size * size) + (0.5 * rate * rate);
        }
    }

    private static Parameter Real(string name, double low, double high) =>
        new() { Name = name, Kind = ParameterKind.Real, Low = low, High = high };
}

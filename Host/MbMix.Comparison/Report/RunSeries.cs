using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>
/// Columns of a run's metrics, for figures: thinned where there are more lines than a screen can show.
/// </summary>
internal sealed record RunSeries
{
    private const int MostPoints = 400, MostGradientPoints = 200;
    private const string Gradient = "gradient/";

    /// <summary>The run of which these are the metrics.</summary>
    public required PlannedRun Run { get; init; }

    // single precision, which is more than a screen can show
    public float[] Steps { get; private init; } = [];

    public float[] Seconds { get; private init; } = [];

    public float[] Returns { get; private init; } = [];

    /// <summary>Environment steps of the points of <see cref="Gradients"/>.</summary>
    public float[] GradientSteps { get; private init; } = [];

    /// <summary>
    /// Every column about gradients by its name; where lines are left out, the largest value of those beside it stays.
    /// </summary>
    public SortedDictionary<string, float[]> Gradients { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Median norm of the policy's gradient; null if the algorithm does not tell.</summary>
    public double? Norm { get; private init; }

    /// <summary>Share of the updates in which it was clipped; null if the algorithm does not tell.</summary>
    public double? Clipped { get; private init; }

    /// <summary>Number of updates skipped because it was not finite; null if the algorithm does not tell.</summary>
    public double? Skipped { get; private init; }

    /// <summary>Why there are no metrics, in one line; null if there are some.</summary>
    public string? Trouble { get; private init; }

    /// <summary>Reads the metrics of a run; if that is not possible, the series are empty.</summary>
    public static RunSeries Read(PlannedRun run)
    {
        string path = Path.Combine(run.Folder, "metrics.csv");
        var none = new RunSeries { Run = run };
        try
        {
            if (FileProbe.KindOf(path) == FileKind.Absent) return none;
            var table = CsvTable.Read(path);
            return table.Rows == 0 ? none : Of(run, table);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            return none with { Trouble = OneLine.Of(e) };
        }
    }

    private static RunSeries Of(PlannedRun run, CsvTable table)
    {
        int[] lines = Thin(table.Rows, MostPoints), blocks = Thin(table.Rows, MostGradientPoints);
        float[] Column(string name, int[] at) => Array.ConvertAll(at, row => (float)table.Number(row, name));
        var gradients = new SortedDictionary<string, float[]>(StringComparer.Ordinal);
        foreach (string name in table.Columns.Where(c => c.StartsWith(Gradient, StringComparison.Ordinal)))
        {
            gradients[name] = [.. blocks.Select((end, i) => Largest(table, name, i == 0 ? 0 : blocks[i - 1] + 1, end))];
        }
        double[] All(params string[] names) =>
            names.FirstOrDefault(table.Has) is { } name
                ? [.. Enumerable.Range(0, table.Rows).Select(r => table.Number(r, name)).Where(double.IsFinite)]
                : [];
        double[] norms = All("gradient/actor", "gradient/norm");
        double[] clipped = All("gradient/actor-clipped", "gradient/clipped"), skipped = All("gradient/skipped");
        return new RunSeries
        {
            Run = run,
            Steps = Column("env_steps", lines),
            Seconds = Column("wall_seconds", lines),
            Returns = Column("return", lines),
            GradientSteps = Column("env_steps", blocks),
            Gradients = gradients,
            Norm = norms.Length > 0 ? Statistics.Median(norms) : null,
            Clipped = clipped.Length > 0 ? clipped.Average() : null,
            Skipped = skipped.Length > 0 ? skipped.Max() : null,
        };
    }

    /// <summary>
    /// Chooses lines for a curve: the last of every block of equal size, and so the last of all.
    /// </summary>
    public static int[] Thin(int rows, int most = MostPoints)
    {
        int points = Math.Min(rows, most);
        return [.. Enumerable.Range(1, points).Select(i => (int)((long)i * rows / points) - 1)];
    }

    private static float Largest(CsvTable table, string name, int from, int to)
    {
        double largest = double.NaN;
        for (int row = from; row <= to; row++)
        {
            double value = table.Number(row, name);
            if (double.IsNaN(largest) || Math.Abs(value) > Math.Abs(largest)) largest = value;
        }
        return (float)largest;
    }
}

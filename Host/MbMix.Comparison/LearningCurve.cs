namespace MbMix.Comparison;

/// <summary>The return of one run as a function of steps or seconds; X is strictly increasing.</summary>
internal sealed record LearningCurve(double[] X, double[] Y)
{
    /// <summary>What is wrong with the first line that was left out, as a sentence; null if none was.</summary>
    public string? Fault { get; private init; }

    /// <summary>Reads the returns of deterministic evaluations during training.</summary>
    public static LearningCurve OfEvaluations(string runFolder, string xColumn) =>
        Read(Path.Combine(runFolder, "evaluations.csv"), xColumn, "mean");

    /// <summary>Reads the returns of the training rollouts, which include exploration noise.</summary>
    public static LearningCurve OfTraining(string runFolder, string xColumn) =>
        Read(Path.Combine(runFolder, "metrics.csv"), xColumn, "return");

    /// <summary>Interpolates linearly; outside of the range, returns the value at the nearest end.</summary>
    public double At(double x)
    {
        int above = Array.BinarySearch(X, x);
        if (above >= 0) return Y[above];
        above = ~above;
        if (above == 0) return Y[0];
        if (above == X.Length) return Y[^1];
        double share = (x - X[above - 1]) / (X[above] - X[above - 1]);
        return Y[above - 1] + share * (Y[above] - Y[above - 1]);
    }

    private static LearningCurve Read(string path, string xColumn, string yColumn)
    {
        var x = new List<double>();
        var y = new List<double>();
        string? fault = null;
        if (FileProbe.KindOf(path) != FileKind.Absent)
        {
            var table = CsvTable.Read(path);
            fault = table.Fault;
            for (int row = 0; row < table.Rows; row++)
            {
                double xs = table.Number(row, xColumn), ys = table.Number(row, yColumn);
                if (!double.IsFinite(xs) || !double.IsFinite(ys) || (x.Count > 0 && xs <= x[^1])) continue;
                x.Add(xs);
                y.Add(ys);
            }
        }
        return new([.. x], [.. y]) { Fault = fault };
    }
}

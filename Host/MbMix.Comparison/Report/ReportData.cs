namespace MbMix.Comparison;

/// <summary>
/// Everything that <c>report.html</c> shows. All numbers are computed here and in the statistics; the page formats
/// them.
/// </summary>
internal sealed record ReportData
{
    public required string Title { get; init; }

    /// <summary>When the report was written.</summary>
    public required string Written { get; init; }

    public required IReadOnlyList<string> Environments { get; init; }

    public required IReadOnlyList<string> Arms { get; init; }

    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Lines about runs that a reader must not overlook.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>Lines about figures that are missing.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>One row per environment and arm.</summary>
    public required IReadOnlyList<ReportRow> Rows { get; init; }

    /// <summary>The content of <c>statistics.csv</c>; values that are no numbers are null.</summary>
    public required IReadOnlyList<ReportMeasure> Measures { get; init; }

    /// <summary>What scores 0 and 1 are, where environments are put together.</summary>
    public required string Scale { get; init; }

    public required IReadOnlyList<ReportFigure> Curves { get; init; }

    public required IReadOnlyList<ReportFigure> Profiles { get; init; }

    public required IReadOnlyList<ReportRun> Runs { get; init; }

    /// <summary>Environments with replays; the number of one is the name of its replays.</summary>
    public IReadOnlyList<string> Replays { get; init; } = [];

    /// <summary>Settings that differ between runs on the same environment.</summary>
    public required IReadOnlyList<ReportSetting> Settings { get; init; }

    /// <summary>Versions, plugins and machines, each with the runs that it is true of.</summary>
    public required IReadOnlyList<ReportFact> Facts { get; init; }
}

/// <summary>A row of the summary.</summary>
internal sealed record ReportRow(
    string Environment, string Arm, double? Median, double? Iqm, double? Low, double? High, double?[] Returns,
    double? Steps, double? ModelSteps, double? BackwardSteps, double? Pullbacks, double? DifferencingSteps,
    double? Seconds, double? Norm, double? Clipped, double? Skipped)
{
    /// <summary>Number of finished runs.</summary>
    public int Finished => Returns.Count(r => r is not null);
}

/// <summary>A statistic with its interval.</summary>
internal sealed record ReportMeasure(
    string Environment, string Arm, string Name, int Runs, double? Value, double? Low, double? High);

/// <summary>Bands of several arms over one axis.</summary>
internal sealed record ReportFigure(
    string Environment, string Axis, string XLabel, string YLabel, IReadOnlyList<ReportBand> Bands,
    IReadOnlyList<ReportCurve> Seeds);

/// <summary>A line with the band around it.</summary>
internal sealed record ReportBand(string Arm, double[] X, double[] Middle, double[] Low, double[] High);

/// <summary>The curve of one finished run, of the same kind as the band.</summary>
internal sealed record ReportCurve(string Arm, long Seed, float[] X, float[] Y);

/// <summary>One run with its curves.</summary>
internal sealed record ReportRun
{
    public required string Environment { get; init; }

    public required string Arm { get; init; }

    public required long Seed { get; init; }

    public required string Stage { get; init; }

    public double? Return { get; init; }

    public double? StepsDone { get; init; }

    public double? TrainSeconds { get; init; }

    public required string Reason { get; init; }

    public required string Command { get; init; }

    public int Starts { get; init; }

    /// <summary>
    /// Path of the run's folder from that of the report, so that a report tells nothing of a machine.
    /// </summary>
    public required string Folder { get; init; }

    public required float[] Steps { get; init; }

    public required float[] Seconds { get; init; }

    public required float[] Returns { get; init; }

    public required float[] GradientSteps { get; init; }

    public required IReadOnlyDictionary<string, float[]> Gradients { get; init; }
}

/// <summary>A setting with its value in every arm, in their order; null where the arm has no such setting.</summary>
internal sealed record ReportSetting(string Environment, string Key, string?[] Values);

/// <summary>A fact and the runs that it is true of, as indices; all runs if there is no list.</summary>
internal sealed record ReportFact(string Name, string Value, int[]? Runs);

namespace MbMix.Comparison;

/// <summary>Progress of a run, read from the log that it is writing.</summary>
/// <param name="EnvironmentSteps">Number of environment steps so far.</param>
/// <param name="Return">
/// The evaluation return of a finished run, otherwise the latest training return; NaN if there is none yet.
/// </param>
public readonly record struct RunGlance(double EnvironmentSteps, double Return)
{
    /// <summary>
    /// Reads the progress of a run; zero steps if the log is missing or cannot be read at the moment.
    /// </summary>
    public static RunGlance At(PlannedRun run)
    {
        try
        {
            if (RunState.Of(run).Record is { } record) return new(record.EnvironmentSteps, record.EvaluationReturn);
            string metrics = Path.Combine(run.Folder, "metrics.csv");
            if (!File.Exists(metrics)) return new(0, double.NaN);
            var table = CsvTable.Read(metrics);
            return table.Rows == 0
                ? new(0, double.NaN)
                : new(table.Number(table.Rows - 1, "env_steps"), table.Number(table.Rows - 1, "return"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            return new(0, double.NaN);
        }
    }

    /// <summary>Formats the progress as a short text for a table.</summary>
    public override string ToString() =>
        double.IsFinite(Return)
            ? FormattableString.Invariant($"{Return:0.0} at {EnvironmentSteps / 1000:0}k")
            : FormattableString.Invariant($"at {EnvironmentSteps / 1000:0}k");
}

namespace MbMix.Comparison;

/// <summary>Speed of a finished run, read from its folder.</summary>
/// <param name="PerStep">Seconds of training per environment step in the second half of the run.</param>
/// <param name="Once">Additional seconds spent in the first half, for compilation and a model's first fit.</param>
/// <param name="Evaluation">Seconds per evaluation.</param>
internal sealed record RunSpeed(double PerStep, double Once, double Evaluation)
{
    /// <summary>Reads the speed of a run; null if the run has not finished or its logs do not tell.</summary>
    public static RunSpeed? Read(PlannedRun run)
    {
        if (RunState.Of(run).Stage != RunStage.Finished) return null;
        try
        {
            return Read(run.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            return null;
        }
    }

    /// <summary>Predicts the duration of a run, in seconds.</summary>
    public double Seconds(long steps, int evaluations) =>
        Once + (steps * PerStep) + (Math.Max(evaluations, 1) * Evaluation);

    private static RunSpeed? Read(string folder)
    {
        string metrics = Path.Combine(folder, "metrics.csv"), evaluations = Path.Combine(folder, "evaluations.csv");
        var table = CsvTable.Read(metrics);
        if (table.Rows == 0) return null;
        int last = table.Rows - 1;
        double steps = table.Number(last, "env_steps"), seconds = table.Number(last, "wall_seconds");
        int middle = Enumerable.Range(0, table.Rows).LastOrDefault(r => table.Number(r, "env_steps") <= steps / 2, -1);
        double perStep = middle < 0
            ? seconds / steps
            : (seconds - table.Number(middle, "wall_seconds")) / (steps - table.Number(middle, "env_steps"));
        double evaluation = 0;
        if (FileProbe.KindOf(evaluations) != FileKind.Absent && CsvTable.Read(evaluations) is { Rows: > 0 } list)
            evaluation = list.Number(list.Rows - 1, "seconds_evaluation");
        if (!double.IsFinite(perStep) || perStep <= 0) return null;
        return new(perStep, Math.Max(0, seconds - (perStep * steps)), double.IsFinite(evaluation) ? evaluation : 0);
    }
}

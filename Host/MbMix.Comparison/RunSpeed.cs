namespace MbMix.Comparison;

/// <summary>How fast a run trains once it has settled, read from its folder.</summary>
/// <param name="PerStep">Seconds of training per environment step in the second half of the run.</param>
/// <param name="Once">Seconds that the first half took beyond that: compilation, a model's first fit.</param>
/// <param name="Evaluation">Seconds of an evaluation.</param>
internal sealed record RunSpeed(double PerStep, double Once, double Evaluation)
{
    /// <summary>Reads a finished run; null where there is none or it says nothing.</summary>
    public static RunSpeed? Read(string folder)
    {
        string metrics = Path.Combine(folder, "metrics.csv"), evaluations = Path.Combine(folder, "evaluations.csv");
        if (RunRecord.StageOf(folder) != RunStage.Finished || !File.Exists(metrics)) return null;
        var table = CsvTable.Read(metrics);
        if (table.Rows == 0) return null;
        int last = table.Rows - 1;
        double steps = table.Number(last, "env_steps"), seconds = table.Number(last, "wall_seconds");
        int middle = Enumerable.Range(0, table.Rows).LastOrDefault(r => table.Number(r, "env_steps") <= steps / 2, -1);
        double perStep = middle < 0
            ? seconds / steps
            : (seconds - table.Number(middle, "wall_seconds")) / (steps - table.Number(middle, "env_steps"));
        double evaluation = 0;
        if (File.Exists(evaluations) && CsvTable.Read(evaluations) is { Rows: > 0 } list) evaluation = list.Number(list.Rows - 1, "seconds_evaluation");
        if (!double.IsFinite(perStep) || perStep <= 0) return null;
        return new(perStep, Math.Max(0, seconds - (perStep * steps)), double.IsFinite(evaluation) ? evaluation : 0);
    }

    /// <summary>Seconds of a run of so many steps.</summary>
    public double Seconds(long steps, int evaluations) => Once + (steps * PerStep) + (Math.Max(evaluations, 1) * Evaluation);
}

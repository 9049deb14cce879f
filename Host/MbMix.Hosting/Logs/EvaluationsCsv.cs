namespace MbMix.Hosting;

/// <summary>
/// Writes <c>evaluations.csv</c>: one line per evaluation, with the returns of all episodes in the last column.
/// </summary>
internal sealed class EvaluationsCsv(LogFile file) : IRunLog
{
    private static readonly string[] Columns =
    [
        "iteration", "env_steps", "episodes", "mean", "median", "min", "max", "wall_seconds", "seconds_evaluation",
        "returns",
    ];

    /// <inheritdoc/>
    public LogFile File => file;

    /// <inheritdoc/>
    public void Write(IterationRecord record)
    {
    }

    /// <inheritdoc/>
    public void Write(EvaluationRecord record)
    {
        if (file.IsEmpty) CsvText.AppendLine(file, Columns);
        var result = record.Result;
        double[] numbers =
        [
            record.Iteration, record.EnvironmentSteps, result.Returns.Count, result.Mean, result.Median, result.Minimum,
            result.Maximum, record.TrainSeconds, record.EvaluationSeconds,
        ];
        string returns = string.Join(';', result.Returns.Select(CsvText.Number));
        CsvText.AppendLine(file, numbers.Select(CsvText.Number).Append(returns));
    }
}

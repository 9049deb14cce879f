namespace MbMix.Comparison;

/// <summary>Result and costs of a finished run, read from its folder.</summary>
internal sealed record RunRecord
{
    public required PlannedRun Run { get; init; }

    public required double EvaluationReturn { get; init; }

    public required long EnvironmentSteps { get; init; }

    public required long ForwardSteps { get; init; }

    public required long BackwardSteps { get; init; }

    public required long Pullbacks { get; init; }

    public required long DifferencingSteps { get; init; }

    public required long ModelSteps { get; init; }

    public required long PolicyUpdates { get; init; }

    public required long ModelUpdates { get; init; }

    public required double TrainSeconds { get; init; }

    public static RunStage StageOf(string folder)
    {
        if (File.Exists(Path.Combine(folder, "result.json"))) return RunStage.Finished;
        string checkpoints = Path.Combine(folder, "checkpoints");
        // the folder may also hold replay data and incomplete files
        return Directory.Exists(checkpoints) && Directory.EnumerateFiles(checkpoints, "checkpoint-*.safetensors").Any()
            ? RunStage.Interrupted
            : RunStage.Waiting;
    }

    /// <exception cref="MbMixException">The result is not valid.</exception>
    public static RunRecord Read(PlannedRun run)
    {
        string path = Path.Combine(run.Folder, "result.json");
        try
        {
            var json = DocumentReader.ReadFile(path, DocumentKind.Record);
            var metrics = CsvTable.Read(Path.Combine(run.Folder, "metrics.csv"));
            long Total(string column) =>
                metrics.Rows > 0 && metrics.Number(metrics.Rows - 1, column) is var value && double.IsFinite(value)
                    ? (long)value
                    : 0;
            return new RunRecord
            {
                Run = run,
                EvaluationReturn = json.Get("evaluationReturn", "a number").Number(),
                EnvironmentSteps = json.Get("envSteps", "a number of steps").Integer(0),
                TrainSeconds = json.Get("trainSeconds", "a number of seconds").Number(),
                ForwardSteps = Total("forward_steps"),
                BackwardSteps = Total("backward_steps"),
                Pullbacks = Total("pullbacks"),
                DifferencingSteps = Total("differencing_steps"),
                ModelSteps = Total("model_steps"),
                PolicyUpdates = Total("policy_updates"),
                ModelUpdates = Total("model_updates"),
            };
        }
        catch (MbMixException e)
        {
            string reason = OneLine.Limit(e.Message, taken: 180);
            path = OneLine.Path(path);
            throw new MbMixException(
                $"{path} is not the result of a run: {reason} Delete its folder to repeat the run.", e);
        }
    }
}

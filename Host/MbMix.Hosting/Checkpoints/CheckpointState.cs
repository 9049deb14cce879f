namespace MbMix.Hosting;

/// <summary>Progress of a run at a checkpoint.</summary>
/// <param name="Iteration">Number of completed iterations.</param>
/// <param name="EnvironmentSteps">Number of environment steps taken.</param>
/// <param name="TrainSeconds">Seconds spent in iterations, over all starts of the run.</param>
/// <param name="Logs">For each log, the length in bytes that belongs to the completed iterations.</param>
/// <param name="EvaluationDue">Whether the evaluation after the last iteration was interrupted.</param>
/// <param name="NothingButFaults">Whether every episode that ended so far ended with a fault.</param>
internal sealed record CheckpointState(
    long Iteration, long EnvironmentSteps, double TrainSeconds, IReadOnlyDictionary<string, long> Logs,
    bool EvaluationDue = false, bool NothingButFaults = false);

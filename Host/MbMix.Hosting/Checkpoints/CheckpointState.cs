namespace MbMix.Hosting;

/// <summary>Where a run stood at a checkpoint.</summary>
/// <param name="Iteration">Iterations done.</param>
/// <param name="EnvironmentSteps">Environment steps taken.</param>
/// <param name="TrainSeconds">Seconds spent in iterations, over all starts.</param>
/// <param name="Logs">Bytes of every log that belong to the iterations done.</param>
internal sealed record CheckpointState(long Iteration, long EnvironmentSteps, double TrainSeconds, IReadOnlyDictionary<string, long> Logs);

namespace MbMix.Benchmarks.Embedding;

/// <summary>How far a training of the service was at a time of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
internal sealed record TrainingProgress(
    string State, long Iteration, long EnvironmentSteps, double TrainSeconds, long Timestamp);

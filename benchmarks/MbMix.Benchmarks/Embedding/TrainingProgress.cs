namespace MbMix.Benchmarks.Embedding;

/// <summary>How far a training of the service was.</summary>
/// <param name="State">Whether it runs.</param>
/// <param name="Iteration">Iterations done.</param>
/// <param name="EnvironmentSteps">Environment steps done.</param>
/// <param name="TrainSeconds">Seconds spent in iterations.</param>
/// <param name="Timestamp">When this was so, by <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="Processor">Processor time that the whole service had used until then.</param>
internal sealed record TrainingProgress(
    string State, long Iteration, long EnvironmentSteps, double TrainSeconds, long Timestamp, TimeSpan Processor);

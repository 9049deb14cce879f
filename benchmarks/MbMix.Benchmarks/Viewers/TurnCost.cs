namespace MbMix.Benchmarks.Viewers;

/// <summary>What a turn of a training cost.</summary>
/// <param name="StepsPerSecond">Environment steps per second of the clock.</param>
/// <param name="ProcessorPerStep">Seconds of processor time of the process per environment step.</param>
/// <param name="PageShare">
/// Share of the threads that serve the page in the processor time of the process: the thread pool, its timer and its
/// sockets, which the training does not use.
/// </param>
/// <param name="Bytes">Number of bytes that all viewers got.</param>
internal sealed record TurnCost(double StepsPerSecond, double ProcessorPerStep, double PageShare, long Bytes);

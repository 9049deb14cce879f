namespace MbMix.Hosting;

/// <summary>One iteration of a run.</summary>
/// <param name="Iteration">Number of the iteration, from 1.</param>
/// <param name="Report">The algorithm's report.</param>
/// <param name="TrainSeconds">Seconds spent in iterations so far, over all starts of the run.</param>
public sealed record IterationRecord(long Iteration, IterationReport Report, double TrainSeconds);

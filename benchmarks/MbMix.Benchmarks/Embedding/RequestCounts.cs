namespace MbMix.Benchmarks.Embedding;

/// <summary>The requests that were answered in a part of the measurement.</summary>
/// <param name="Latencies">
/// Milliseconds from the time when each was due until its answer, so that a late start counts too.
/// </param>
/// <param name="Errors">Requests without a valid action.</param>
internal sealed record RequestCounts(double[] Latencies, int Errors);

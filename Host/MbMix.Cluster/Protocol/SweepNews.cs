namespace MbMix.Cluster;

/// <summary>Runs of a sweep that have changed.</summary>
/// <param name="Change">Number of the newest change, for the next question.</param>
/// <param name="Runs">The runs.</param>
[GenerateSerializer, Immutable]
internal sealed record SweepNews(long Change, RunEntry[] Runs);

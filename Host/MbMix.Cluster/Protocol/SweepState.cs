namespace MbMix.Cluster;

/// <summary>A sweep at a glance.</summary>
/// <param name="Sweep">Id of the sweep.</param>
/// <param name="Queued">Number of runs that wait.</param>
/// <param name="Leased">Number of runs at work.</param>
/// <param name="Finished">Number of runs with a result.</param>
/// <param name="Failed">Number of failed runs.</param>
/// <param name="Cancelled">Number of cancelled runs.</param>
/// <param name="Trouble">Why no runner takes what waits, in one line; null if one will.</param>
[GenerateSerializer, Immutable]
internal sealed record SweepState(
    string Sweep, int Queued, int Leased, int Finished, int Failed, int Cancelled, string? Trouble);

namespace MbMix.Cluster;

/// <summary>A lease that a runner holds, or believes to hold.</summary>
/// <param name="Run">Id of the run.</param>
/// <param name="Fence">Number of the lease.</param>
[GenerateSerializer, Immutable]
internal sealed record HeldLease(string Run, long Fence);

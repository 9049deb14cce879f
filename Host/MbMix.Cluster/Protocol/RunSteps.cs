namespace MbMix.Cluster;

/// <summary>How far a run at work is. It is told with signs of life, and kept in memory alone.</summary>
/// <param name="Lease">The lease under which the run is at work.</param>
/// <param name="Steps">Environment steps so far.</param>
/// <param name="Return">Return of the last training rollouts; null if there is none yet.</param>
[GenerateSerializer, Immutable]
internal sealed record RunSteps(HeldLease Lease, long Steps, double? Return);

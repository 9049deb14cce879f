namespace MbMix.Cluster;

/// <summary>A sign of life of a runner.</summary>
/// <param name="Name">Name of the runner.</param>
/// <param name="Instance">Id of its process.</param>
/// <param name="Held">The leases to prolong.</param>
/// <param name="Steps">How far runs are; null for nothing to tell.</param>
[GenerateSerializer, Immutable]
internal sealed record Heartbeat(string Name, string Instance, HeldLease[] Held, RunSteps[]? Steps = null);

namespace MbMix.Cluster;

/// <summary>The cluster at a glance.</summary>
/// <param name="Code">Code of the coordinator.</param>
/// <param name="Sweeps">The sweeps.</param>
/// <param name="Runners">Runners that have been heard of lately.</param>
/// <param name="Work">The runs at work.</param>
[GenerateSerializer, Immutable]
internal sealed record ClusterState(CodeStamp Code, SweepState[] Sweeps, RunnerState[] Runners, WorkState[] Work);

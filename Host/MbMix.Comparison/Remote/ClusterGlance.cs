namespace MbMix.Comparison;

/// <summary>A cluster at a glance. What strangers have named is cut to a length for people.</summary>
/// <param name="Coordinator">Host and port of the coordinator.</param>
/// <param name="Version">Its version of MbMix.</param>
/// <param name="Runners">The runners that were heard of lately.</param>
/// <param name="Sweeps">The sweeps.</param>
/// <param name="Work">The runs at work.</param>
public sealed record ClusterGlance(
    string Coordinator, string Version, IReadOnlyList<RunnerGlance> Runners, IReadOnlyList<SweepGlance> Sweeps,
    IReadOnlyList<WorkGlance> Work);

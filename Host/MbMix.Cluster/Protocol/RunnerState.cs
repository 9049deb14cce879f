namespace MbMix.Cluster;

/// <summary>A runner at a glance.</summary>
/// <param name="Name">Name of the runner.</param>
/// <param name="Cores">Number of cores that it offers.</param>
/// <param name="BusyCores">Number of cores that its runs have.</param>
/// <param name="Memory">Memory that it offers [MiB].</param>
/// <param name="BusyMemory">Memory that its runs have [MiB].</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Runs">Number of runs that it has.</param>
/// <param name="SilentSeconds">Seconds since it was last heard of.</param>
/// <param name="Drain">Whether it is to end.</param>
[GenerateSerializer, Immutable]
internal sealed record RunnerState(
    string Name, int Cores, int BusyCores, int Memory, int BusyMemory, string[] Labels, int Runs, double SilentSeconds,
    bool Drain);

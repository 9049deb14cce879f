namespace MbMix.Comparison;

/// <summary>A runner at a glance.</summary>
/// <param name="Name">Name of the runner.</param>
/// <param name="Runs">Number of runs that it has.</param>
/// <param name="Cores">Number of cores that it offers.</param>
/// <param name="BusyCores">Number of cores that its runs have.</param>
/// <param name="Memory">Memory that it offers [GiB].</param>
/// <param name="BusyMemory">Memory that its runs have [GiB].</param>
/// <param name="Labels">Its labels.</param>
/// <param name="SilentSeconds">Time since it was last heard of [s].</param>
/// <param name="Ending">Whether it is to give back its runs and end.</param>
public sealed record RunnerGlance(
    string Name, int Runs, int Cores, int BusyCores, double Memory, double BusyMemory, IReadOnlyList<string> Labels,
    double SilentSeconds, bool Ending);

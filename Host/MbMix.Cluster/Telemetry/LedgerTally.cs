namespace MbMix.Cluster;

/// <summary>How many of what there is.</summary>
/// <param name="Runs">Number of runs in each phase.</param>
/// <param name="Runners">Number of runners that were heard of lately.</param>
internal sealed record LedgerTally(IReadOnlyList<int> Runs, int Runners);

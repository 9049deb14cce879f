using MbMix.Learning;

namespace Samples.AspNet;

/// <summary>A copy of the policy as it was after an iteration. Any number of threads may act with it.</summary>
internal sealed record PolicySnapshot(LoadedPolicy Policy, long Iteration);

namespace MbMix;

/// <summary>
/// Identifies one episode of one lane. A start state is a function of this key only, so that any batch can be
/// reproduced.
/// </summary>
/// <param name="Seed">
/// Seed of the run, or a number derived from the seed of an evaluation; at least 0 unless the run's seed is negative.
/// </param>
/// <param name="Lane">Index of the lane in the batch.</param>
/// <param name="Episode">Number of episodes that this lane began before.</param>
public readonly record struct LaneKey(long Seed, int Lane, long Episode);

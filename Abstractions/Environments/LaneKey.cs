namespace MbMix;

/// <summary>Names one episode of one lane. A start state is a function of this key alone, so that any batch can be repeated.</summary>
/// <param name="Seed">Seed of the run, or of the evaluation.</param>
/// <param name="Lane">Row of the batch.</param>
/// <param name="Episode">How many episodes this lane has begun before.</param>
public readonly record struct LaneKey(long Seed, int Lane, long Episode);

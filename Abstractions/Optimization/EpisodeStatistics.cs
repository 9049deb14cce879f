namespace MbMix;

/// <summary>Episodes of the training rollouts that ended in one iteration.</summary>
/// <param name="Finished">How many ended.</param>
/// <param name="MeanReturn">Mean undiscounted return of the last hundred finished episodes; NaN before the first.</param>
/// <param name="MeanLength">Mean length of the same episodes in steps.</param>
/// <param name="Faults">Lanes quarantined so far because they became invalid.</param>
public readonly record struct EpisodeStatistics(long Finished, double MeanReturn, double MeanLength, long Faults);

namespace MbMix;

/// <summary>Statistics of the training episodes.</summary>
/// <param name="Finished">Number of episodes that finished in this iteration.</param>
/// <param name="MeanReturn">
/// Mean undiscounted return of the last hundred finished episodes; NaN before the first one.
/// </param>
/// <param name="MeanLength">Mean length of the same episodes, in steps.</param>
/// <param name="Faults">
/// Number of lane faults since the start of training: steps in which a lane became invalid and was quarantined.
/// </param>
public readonly record struct EpisodeStatistics(long Finished, double MeanReturn, double MeanLength, long Faults);

namespace MbMix.Search;

/// <summary>What is to be done next: measuring a trial at a rung.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Rung">The rung.</param>
/// <param name="Steps">Steps from the start of the trial to this rung; null if the search has no budget.</param>
public sealed record TrialJob(Trial Trial, int Rung, long? Steps);

namespace MbMix.Search;

/// <summary>Suggests settings. Equal arguments give equal suggestions.</summary>
internal interface ISampler
{
    /// <summary>Suggests the setting of a trial.</summary>
    /// <param name="trial">Number of the trial.</param>
    /// <param name="attempt">Number of earlier suggestions for this trial that were not wanted.</param>
    /// <param name="known">All trials so far.</param>
    Setting Suggest(int trial, int attempt, IReadOnlyList<Observation> known);
}

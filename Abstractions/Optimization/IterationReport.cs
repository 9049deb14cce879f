namespace MbMix;

/// <summary>
/// Report of one iteration. Counters are totals since the start of training; they continue when a run is resumed.
/// </summary>
public sealed class IterationReport
{
    /// <summary>Number of environment steps taken so far over all lanes; the budget is given in this unit.</summary>
    public required long EnvironmentSteps { get; init; }

    /// <summary>Statistics of the training episodes.</summary>
    public required EpisodeStatistics Episodes { get; init; }

    /// <summary>Work done since the start of training.</summary>
    public required CostCounters Costs { get; init; }

    /// <summary>
    /// Losses, gradient norms and whatever else is worth plotting, in the order of the log's columns. An algorithm
    /// reports the same names in every iteration, with NaN for a missing value.
    /// </summary>
    public required IReadOnlyList<Metric> Metrics { get; init; }

    /// <summary>
    /// Wall-clock seconds of this iteration by phase, the only numbers that differ between two equal runs.
    /// </summary>
    public required PhaseSeconds Seconds { get; init; }
}

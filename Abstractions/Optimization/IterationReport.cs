namespace MbMix;

/// <summary>What one iteration did. Counters are totals since the start of training and survive a resume.</summary>
public sealed class IterationReport
{
    /// <summary>Environment steps taken so far, all lanes together: the budget's unit.</summary>
    public required long EnvironmentSteps { get; init; }

    /// <summary>Episodes that ended in this iteration.</summary>
    public required EpisodeStatistics Episodes { get; init; }

    /// <summary>Work done so far.</summary>
    public required CostCounters Costs { get; init; }

    /// <summary>
    /// Losses, gradient norms and whatever else is worth a curve, in the order of the log's columns. An algorithm reports the same
    /// names in every iteration (NaN where a value is missing).
    /// </summary>
    public required IReadOnlyList<Metric> Metrics { get; init; }

    /// <summary>Wall-clock seconds of this iteration by part; the only figures that differ between two equal runs.</summary>
    public required PhaseSeconds Seconds { get; init; }
}

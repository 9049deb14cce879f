namespace MbMix.Simulation;

/// <summary>How a control step is made of refreshes and substeps.</summary>
public sealed record ControlSchedule
{
    /// <summary>Values that a refresh hands to its substeps; 0 where there is nothing to refresh.</summary>
    public int CarrySize { get; init; }

    /// <summary>Refreshes in a control step.</summary>
    public int Refreshes { get; init; } = 1;

    /// <summary>Substeps after each refresh.</summary>
    public required int SubstepsPerRefresh { get; init; }

    /// <summary>A lane with a state component beyond this, or not finite, is faulted.</summary>
    public double FaultLimit { get; init; } = 1e6;

    /// <summary>Substeps in a control step.</summary>
    public int Substeps => Refreshes * SubstepsPerRefresh;
}

namespace MbMix.Simulation;

/// <summary>How a control step is divided into refreshes and substeps.</summary>
public sealed record ControlSchedule
{
    /// <summary>Number of values that a refresh hands to its substeps; 0 if nothing is refreshed.</summary>
    public int CarrySize { get; init; }

    /// <summary>Refreshes per control step. Default 1.</summary>
    public int Refreshes { get; init; } = 1;

    /// <summary>Substeps after each refresh.</summary>
    public required int SubstepsPerRefresh { get; init; }

    /// <summary>
    /// A lane is faulted if a component of its state is not finite or exceeds this in absolute value. Default 1e6.
    /// </summary>
    public double FaultLimit { get; init; } = 1e6;

    /// <summary>Substeps per control step.</summary>
    public int Substeps => Refreshes * SubstepsPerRefresh;
}

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
    /// Substeps from one state that the tape of a step keeps to the next; it must divide <see cref="Substeps"/>. With 1
    /// the tape keeps every state; with more, the backward pass repeats the substeps between two kept states, which
    /// costs one more forward pass and needs much less memory when a control step has thousands of substeps. Default 1.
    /// </summary>
    public int SubstepsPerCheckpoint { get; init; } = 1;

    /// <summary>
    /// A lane is faulted if a component of its state is not finite or exceeds this in absolute value. Default 1e6.
    /// </summary>
    public double FaultLimit { get; init; } = 1e6;

    /// <summary>Substeps per control step.</summary>
    public int Substeps => Refreshes * SubstepsPerRefresh;
}

namespace MbMix.Differentiation;

/// <summary>Sizes and schedule of a control step.</summary>
public sealed record ControlStepLayout
{
    /// <summary>Components S of the state.</summary>
    public required int StateSize { get; init; }

    /// <summary>Lower bound of each action; its length is A.</summary>
    public required IReadOnlyList<double> ActionLow { get; init; }

    /// <summary>Upper bound of each action.</summary>
    public required IReadOnlyList<double> ActionHigh { get; init; }

    /// <summary>Components O of the observation.</summary>
    public required int ObservationSize { get; init; }

    /// <summary>Values that a refresh hands to its substeps; 0 where there is nothing to refresh.</summary>
    public int CarrySize { get; init; }

    /// <summary>Refreshes in a control step.</summary>
    public int Refreshes { get; init; } = 1;

    /// <summary>Substeps after each refresh.</summary>
    public required int SubstepsPerRefresh { get; init; }

    /// <summary>A lane with a state component beyond this, or not finite, is faulted.</summary>
    public double FaultLimit { get; init; } = 1e6;

    /// <summary>Components A of the action.</summary>
    public int ActionSize => ActionLow.Count;

    /// <summary>Substeps in a control step.</summary>
    public int Substeps => Refreshes * SubstepsPerRefresh;
}

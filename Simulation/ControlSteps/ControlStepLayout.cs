namespace MbMix.Simulation;

/// <summary>Sizes, bounds and schedule of a control step, as its programs need them.</summary>
internal sealed class ControlStepLayout
{
    /// <summary>Reads the sizes and bounds from the description.</summary>
    public ControlStepLayout(ITracedDynamics dynamics)
    {
        var (spec, schedule) = (dynamics.Spec, dynamics.Schedule);
        (StateSize, ObservationSize) = (spec.State.Size, spec.Observation.Size);
        ActionLow = [.. spec.Action.Dimensions.Select(d => d.Low)];
        ActionHigh = [.. spec.Action.Dimensions.Select(d => d.High)];
        (CarrySize, Refreshes, SubstepsPerRefresh, FaultLimit) = (schedule.CarrySize, schedule.Refreshes, schedule.SubstepsPerRefresh, schedule.FaultLimit);
    }

    /// <summary>Components S of the state.</summary>
    public int StateSize { get; }

    /// <summary>Components O of the observation.</summary>
    public int ObservationSize { get; }

    /// <summary>Lower bound of each action.</summary>
    public double[] ActionLow { get; }

    /// <summary>Upper bound of each action.</summary>
    public double[] ActionHigh { get; }

    /// <summary>Components A of the action.</summary>
    public int ActionSize => ActionLow.Length;

    /// <summary>Values that a refresh hands to its substeps.</summary>
    public int CarrySize { get; }

    /// <summary>Refreshes in a control step.</summary>
    public int Refreshes { get; }

    /// <summary>Substeps after each refresh.</summary>
    public int SubstepsPerRefresh { get; }

    /// <summary>A lane with a state component beyond this, or not finite, is faulted.</summary>
    public double FaultLimit { get; }

    /// <summary>Substeps in a control step.</summary>
    public int Substeps => Refreshes * SubstepsPerRefresh;
}

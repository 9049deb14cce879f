namespace MbMix.Simulation;

/// <summary>Sizes, action bounds and schedule of a control step, as its programs need them.</summary>
internal sealed class ControlStepLayout
{
    /// <summary>Takes sizes, bounds and schedule from the dynamics.</summary>
    /// <param name="dynamics">The dynamics.</param>
    public ControlStepLayout(ITracedDynamics dynamics)
    {
        var (spec, schedule) = (dynamics.Spec, dynamics.Schedule);
        (StateSize, ObservationSize) = (spec.State.Size, spec.Observation.Size);
        ActionLow = [.. spec.Action.Dimensions.Select(d => d.Low)];
        ActionHigh = [.. spec.Action.Dimensions.Select(d => d.High)];
        (CarrySize, FaultLimit) = (schedule.CarrySize, schedule.FaultLimit);
        (Refreshes, SubstepsPerRefresh) = (schedule.Refreshes, schedule.SubstepsPerRefresh);
        SubstepsPerCheckpoint = schedule.SubstepsPerCheckpoint;
        Require(nameof(ControlSchedule.CarrySize), CarrySize, 0);
        Require(nameof(ControlSchedule.Refreshes), Refreshes, 1);
        Require(nameof(ControlSchedule.SubstepsPerRefresh), SubstepsPerRefresh, 1);
        Require(nameof(ControlSchedule.SubstepsPerCheckpoint), SubstepsPerCheckpoint, 1);
        if (Substeps % SubstepsPerCheckpoint != 0)
        {
            throw new InvalidOperationException(
                $"{nameof(ControlSchedule.SubstepsPerCheckpoint)} in Schedule is {SubstepsPerCheckpoint}; "
                + $"a divisor of the {Substeps} substeps is expected.");
        }
    }

    /// <summary>Number S of state components.</summary>
    public int StateSize { get; }

    /// <summary>Number O of observation components.</summary>
    public int ObservationSize { get; }

    /// <summary>Lower bound of each action component.</summary>
    public double[] ActionLow { get; }

    /// <summary>Upper bound of each action component.</summary>
    public double[] ActionHigh { get; }

    /// <summary>Number A of action components.</summary>
    public int ActionSize => ActionLow.Length;

    /// <summary>Number of values that a refresh hands to its substeps.</summary>
    public int CarrySize { get; }

    /// <summary>Refreshes per control step.</summary>
    public int Refreshes { get; }

    /// <summary>Substeps after each refresh.</summary>
    public int SubstepsPerRefresh { get; }

    /// <summary>Substeps from one state on the tape to the next.</summary>
    public int SubstepsPerCheckpoint { get; }

    /// <summary>Absolute value of a state component beyond which a lane is faulted.</summary>
    public double FaultLimit { get; }

    /// <summary>Substeps per control step.</summary>
    public int Substeps => Refreshes * SubstepsPerRefresh;

    private static void Require(string name, int value, int least)
    {
        if (value < least)
            throw new InvalidOperationException($"{name} in Schedule is {value}; {least} or more is expected.");
    }
}

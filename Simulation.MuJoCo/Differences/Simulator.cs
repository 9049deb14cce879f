namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// One simulation that can step any lane. Before each step everything the step depends on is written, so a result
/// depends neither on what was simulated before nor on the thread that did it. One thread at a time.
/// </summary>
internal sealed class Simulator : IDisposable
{
    /// <summary>Magnitude from which on MuJoCo itself considers a simulation to have exploded.</summary>
    public const double Limit = 1e10;

    private readonly MjModel model;
    private readonly IMuJoCoTask task;
    private readonly StateLayout layout;
    private readonly int frameSkip;
    private readonly double[] start;
    private MjData data;

    public Simulator(MjModel model, IMuJoCoTask task, StateLayout layout, int frameSkip)
    {
        (this.model, this.task, this.layout, this.frameSkip) = (model, task, layout, frameSkip);
        data = new MjData(model);
        start = new double[layout.StateSize];
        model.Qpos0.CopyTo(start);
        data.MocapPos.CopyTo(start.AsSpan(layout.MocapPosAt));
        data.MocapQuat.CopyTo(start.AsSpan(layout.MocapQuatAt));
    }

    /// <summary>Simulates one control step.</summary>
    /// <param name="state">State [S].</param>
    /// <param name="action">Action within its bounds [A].</param>
    /// <param name="next">Receives the next state [S].</param>
    /// <param name="observation">Receives the observation [O].</param>
    /// <param name="reward">The reward.</param>
    /// <param name="terminated">Whether the step ended the task.</param>
    /// <returns>A <see cref="FaultCode"/>; unless it is 0, the other results are meaningless.</returns>
    public int Step(
        ReadOnlySpan<double> state,
        ReadOnlySpan<double> action,
        Span<double> next,
        Span<double> observation,
        out double reward,
        out bool terminated)
    {
        (reward, terminated) = (double.NaN, false);
        if (CheckInputs(state, action) is var fault and not FaultCode.None) return fault;
        Write(state, action);
        try
        {
            data.Step(frameSkip);
            if (task.Traits.ContactForces && !task.Traits.DerivedAfterStep) data.RnePostConstraint();
        }
        catch (MujocoException e) when (e.Kind is MujocoError.Engine or MujocoError.Suspect)
        {
            Replace();
            return FaultCode.Simulator;
        }
        // MuJoCo has reset a simulation that exploded, so its state looks healthy; only the warning count tells
        var warnings = data.Warnings;
        if (warnings.WasReset || warnings.BadCtrl > 0) return FaultCode.StateNotFinite;

        var carried = next[^layout.Carried..];
        data.Qpos.CopyTo(next);
        data.Qvel.CopyTo(next[layout.Positions..]);
        data.Act.CopyTo(next[layout.ActivationsAt..]);
        // nothing moves a mocap body during a step
        state[layout.MocapPosAt..(layout.StateSize - layout.Carried)].CopyTo(next[layout.MocapPosAt..]);
        task.Carry(data, carried);
        if (!IsUsable(next)) return FaultCode.StateNotFinite;
        if (task.Traits.DerivedAfterStep && Refresh(next, action) is var again and not FaultCode.None) return again;
        var before = new TaskSnapshot(layout, state, lastAction: default, data: null);
        var after = new TaskSnapshot(layout, next, action, data);
        task.Observe(after, observation);
        (reward, terminated) = task.Evaluate(before, action, after);
        return double.IsFinite(reward) && IsUsable(observation) ? FaultCode.None : FaultCode.StateNotFinite;
    }

    /// <summary>
    /// Observes a state that no step led to. Derived quantities, contact forces among them, are those of the state
    /// itself.
    /// </summary>
    /// <param name="state">State [S].</param>
    /// <param name="lastAction">The action that led here, within its bounds [A].</param>
    /// <param name="observation">Receives the observation [O].</param>
    /// <returns>A <see cref="FaultCode"/>; unless it is 0, the observation is meaningless.</returns>
    public int Observe(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, Span<double> observation)
    {
        if (CheckInputs(state, lastAction) is var fault and not FaultCode.None) return fault;
        if (Refresh(state, lastAction) is var failure and not FaultCode.None) return failure;
        task.Observe(new TaskSnapshot(layout, state, lastAction, data), observation);
        return IsUsable(observation) ? FaultCode.None : FaultCode.StateNotFinite;
    }

    /// <summary>Writes the start state of an episode [S].</summary>
    public void Reset(MuJoCoStartNoise noise, Span<double> state)
    {
        start.CopyTo(state);
        task.Reset(noise, new StartState(layout, state));
        model.NormalizeQuaternions(state[..layout.Positions]);
        NormalizeMocaps(state);
        if (layout.Carried == 0) return;
        Write(state, []);
        data.Forward();
        task.Carry(data, state[^layout.Carried..]);
    }

    /// <summary>
    /// Repeats a control step one simulation step at a time and says, in one line, when and where it first goes wrong.
    /// </summary>
    /// <returns>Null where it does not.</returns>
    public string? FirstProblem(
        ReadOnlySpan<double> state, ReadOnlySpan<double> action, Func<int, string> velocityName)
    {
        Write(state, action);
        try
        {
            for (int step = 1; step <= frameSkip; step++)
            {
                int fastest = Fastest(data.Qvel);
                string before = $"{velocityName(fastest)} was {data.Qvel[fastest]:G4}";
                data.Step(1);
                string which = $"simulation step {step} of {frameSkip}; before it {before}.";
                if (data.Warnings.WasReset) return $"MuJoCo found NaN or huge values in {which}";
                if (!IsUsable(data.Qpos) || !IsUsable(data.Qvel))
                    return $"{velocityName(Fastest(data.Qvel))} is not finite after {which}";
            }
        }
        catch (MujocoException e)
        {
            Replace();
            return e.Message;
        }
        return null;
    }

    public void Dispose() => data.Dispose();

    /// <summary>Whether all values are finite and smaller than <see cref="Limit"/>.</summary>
    public static bool IsUsable(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!(Math.Abs(value) < Limit)) return false;
        }
        return true;
    }

    private static int CheckInputs(ReadOnlySpan<double> state, ReadOnlySpan<double> action) =>
        !IsUsable(action) ? FaultCode.ActionNotFinite : !IsUsable(state) ? FaultCode.StateNotFinite : FaultCode.None;

    private static int Fastest(ReadOnlySpan<double> velocities)
    {
        int fastest = 0;
        for (int i = 1; i < velocities.Length; i++)
        {
            if (!(Math.Abs(velocities[i]) <= Math.Abs(velocities[fastest]))) fastest = i;
        }
        return fastest;
    }

    // makes all derived quantities those of a state, as a function of the state and the action that led there
    private int Refresh(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction)
    {
        Write(state, lastAction);
        try
        {
            data.Forward();
            if (task.Traits.ContactForces) data.RnePostConstraint();
            return FaultCode.None;
        }
        catch (MujocoException e) when (e.Kind is MujocoError.Engine or MujocoError.Suspect)
        {
            Replace();
            return FaultCode.Simulator;
        }
    }

    private void Write(ReadOnlySpan<double> state, ReadOnlySpan<double> action)
    {
        layout.Qpos(state).CopyTo(data.Qpos);
        model.NormalizeQuaternions(data.Qpos);
        layout.Qvel(state).CopyTo(data.Qvel);
        state.Slice(layout.ActivationsAt, layout.Activations).CopyTo(data.Act);
        state.Slice(layout.MocapPosAt, 3 * layout.Mocaps).CopyTo(data.MocapPos);
        state.Slice(layout.MocapQuatAt, 4 * layout.Mocaps).CopyTo(data.MocapQuat);
        data.Ctrl.Clear();
        if (!action.IsEmpty) task.Controls(action, data.Ctrl);
        // the solver starts cold: what it found before is not part of the state
        data.QaccWarmstart.Clear();
        data.Time = 0;
        data.ClearWarnings();
    }

    // MuJoCo normalizes its own copy of them
    private void NormalizeMocaps(Span<double> state)
    {
        for (int mocap = 0; mocap < layout.Mocaps; mocap++)
        {
            var q = state.Slice(layout.MocapQuatAt + (4 * mocap), 4);
            double length = Math.Sqrt((q[0] * q[0]) + (q[1] * q[1]) + (q[2] * q[2]) + (q[3] * q[3]));
            foreach (ref double component in q) component /= length;
        }
    }

    // after an error inside MuJoCo its data cannot be trusted
    private void Replace()
    {
        data.Dispose();
        data = new MjData(model);
    }
}

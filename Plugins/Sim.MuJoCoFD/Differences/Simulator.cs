using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// One simulation that can step any lane. Before each step everything the step depends on is written, so a result
/// depends neither on what was simulated before nor on the thread that did it. One thread at a time.
/// </summary>
internal sealed class Simulator(MjModel model, IMuJoCoTask task, StateLayout layout, int frameSkip) : IDisposable
{
    /// <summary>Magnitude from which on MuJoCo itself considers a simulation to have exploded.</summary>
    public const double Limit = 1e10;

    private MjData data = new(model);

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
            if (task.Traits.ContactForces) data.RnePostConstraint();
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
        data.Act.CopyTo(next[(layout.Positions + layout.Velocities)..]);
        task.Carry(data, carried);
        if (!IsUsable(next)) return FaultCode.StateNotFinite;
        var before = new TaskSnapshot(
            layout.Qpos(state), layout.Qvel(state), layout.CarriedOf(state), lastAction: default, data: null);
        var after = new TaskSnapshot(layout.Qpos(next), layout.Qvel(next), carried, action, data);
        task.Observe(after, observation);
        (reward, terminated) = task.Evaluate(before, action, after);
        return double.IsFinite(reward) && IsUsable(observation) ? FaultCode.None : FaultCode.StateNotFinite;
    }

    /// <summary>
    /// Observes a state that no step led to. Derived quantities are those of the state itself; contact forces are not
    /// known and read 0.
    /// </summary>
    /// <param name="state">State [S].</param>
    /// <param name="lastAction">The action that led here, within its bounds [A].</param>
    /// <param name="observation">Receives the observation [O].</param>
    /// <returns>A <see cref="FaultCode"/>; unless it is 0, the observation is meaningless.</returns>
    public int Observe(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, Span<double> observation)
    {
        if (CheckInputs(state, lastAction) is var fault and not FaultCode.None) return fault;
        Write(state, lastAction);
        try
        {
            data.CfrcExt.Clear();
            data.Forward();
        }
        catch (MujocoException e) when (e.Kind is MujocoError.Engine or MujocoError.Suspect)
        {
            Replace();
            return FaultCode.Simulator;
        }
        var snapshot = new TaskSnapshot(
            layout.Qpos(state), layout.Qvel(state), layout.CarriedOf(state), lastAction, data);
        task.Observe(snapshot, observation);
        return IsUsable(observation) ? FaultCode.None : FaultCode.StateNotFinite;
    }

    /// <summary>Writes the start state of an episode [S].</summary>
    public void Reset(MuJoCoStartNoise noise, Span<double> state)
    {
        state.Clear();
        var qpos = state[..layout.Positions];
        model.Qpos0.CopyTo(qpos);
        task.Reset(noise, qpos, state.Slice(layout.Positions, layout.Velocities));
        model.NormalizeQuaternions(qpos);
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

    private void Write(ReadOnlySpan<double> state, ReadOnlySpan<double> action)
    {
        layout.Qpos(state).CopyTo(data.Qpos);
        model.NormalizeQuaternions(data.Qpos);
        layout.Qvel(state).CopyTo(data.Qvel);
        state.Slice(layout.Positions + layout.Velocities, layout.Activations).CopyTo(data.Act);
        data.Ctrl.Clear();
        action.CopyTo(data.Ctrl);
        // the solver starts cold: what it found before is not part of the state
        data.QaccWarmstart.Clear();
        data.Time = 0;
        data.ClearWarnings();
    }

    // after an error inside MuJoCo its data cannot be trusted
    private void Replace()
    {
        data.Dispose();
        data = new MjData(model);
    }
}

using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// One simulation that steps any row: everything a step depends on is written before it, so that a result does not depend on what was
/// simulated before, or by which thread. One thread at a time.
/// </summary>
internal sealed class Simulator(MjModel model, IMuJoCoTask task, StateLayout layout, int frameSkip) : IDisposable
{
    /// <summary>Magnitude at which MuJoCo itself takes a value for an explosion.</summary>
    public const double Limit = 1e10;

    private MjData data = new(model);

    private long steps;

    /// <summary>One control step.</summary>
    /// <param name="state">State row.</param>
    /// <param name="action">Action within its bounds.</param>
    /// <param name="next">Receives the state row after the step.</param>
    /// <param name="observation">Receives the observation.</param>
    /// <param name="reward">The reward.</param>
    /// <param name="terminated">Whether the task ended.</param>
    /// <returns>A <see cref="FaultCode"/>; unless it is 0, nothing else is to be used.</returns>
    public int Step(ReadOnlySpan<double> state, ReadOnlySpan<double> action, Span<double> next, Span<double> observation, out double reward, out bool terminated)
    {
        (reward, terminated) = (double.NaN, false);
        steps++;
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
        // what exploded was reset by MuJoCo and looks healthy: only the count tells
        var warnings = data.Warnings;
        if (warnings.WasReset || warnings.BadCtrl > 0) return FaultCode.StateNotFinite;

        var carried = next[^layout.Carried..];
        data.Qpos.CopyTo(next);
        data.Qvel.CopyTo(next[layout.Positions..]);
        data.Act.CopyTo(next[(layout.Positions + layout.Velocities)..]);
        task.Carry(data, carried);
        if (!IsUsable(next)) return FaultCode.StateNotFinite;
        var before = new TaskSnapshot(layout.Qpos(state), layout.Qvel(state), layout.CarriedOf(state), default, null);
        var after = new TaskSnapshot(layout.Qpos(next), layout.Qvel(next), carried, action, data);
        task.Observe(after, observation);
        (reward, terminated) = task.Evaluate(before, action, after);
        return double.IsFinite(reward) && IsUsable(observation) ? FaultCode.None : FaultCode.StateNotFinite;
    }

    /// <summary>The observation of a state that no step led to: derived quantities are those of the state itself, contact forces are not known.</summary>
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
        task.Observe(new TaskSnapshot(layout.Qpos(state), layout.Qvel(state), layout.CarriedOf(state), lastAction, data), observation);
        return IsUsable(observation) ? FaultCode.None : FaultCode.StateNotFinite;
    }

    /// <summary>The start state of an episode.</summary>
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

    /// <summary>Steps one simulation step after the other and says when and where something went wrong first.</summary>
    public string? FirstProblem(ReadOnlySpan<double> state, ReadOnlySpan<double> action, Func<int, string> velocityName)
    {
        Write(state, action);
        try
        {
            for (int step = 1; step <= frameSkip; step++)
            {
                int fastest = Fastest(data.Qvel);
                string before = $"{velocityName(fastest)} was {data.Qvel[fastest]:G4}";
                data.Step(1);
                if (data.Warnings.WasReset) return $"MuJoCo found NaN or huge values in simulation step {step} of {frameSkip}; before it {before}.";
                if (!IsUsable(data.Qpos) || !IsUsable(data.Qvel))
                    return $"{velocityName(Fastest(data.Qvel))} is not finite after simulation step {step} of {frameSkip}; before it {before}.";
            }
        }
        catch (MujocoException e)
        {
            Replace();
            return e.Message;
        }
        return null;
    }

    /// <summary>Control steps since the last call.</summary>
    public long TakeCount()
    {
        long taken = steps;
        steps = 0;
        return taken;
    }

    public void Dispose() => data.Dispose();

    /// <summary>Whether all values are finite and within what MuJoCo computes with.</summary>
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
        // the solver starts from nothing: what it found before is no part of the state
        data.QaccWarmstart.Clear();
        data.Time = 0;
        data.ClearWarnings();
    }

    // after an error inside MuJoCo its data is not to be trusted
    private void Replace()
    {
        data.Dispose();
        data = new MjData(model);
    }
}

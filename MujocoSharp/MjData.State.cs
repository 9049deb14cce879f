using MujocoSharp.Native;

namespace MujocoSharp;

/// <content>The complete state.</content>
public sealed unsafe partial class MjData
{
    // up to 2.3 these flags belong to the model, and so to all data
    private FieldArray eqActive;

    /// <summary>
    /// Whether each equality constraint is active [neq]. Up to MuJoCo 2.3 that is a property of the model.
    /// </summary>
    public ReadOnlySpan<bool> EqActive
    {
        get
        {
            Check();
            return HasEqActive ? new((void*)eqActive.Address, eqActive.Length) : Model.EqualityStart;
        }
    }

    private bool HasEqActive => fields.Has("eq_active");

    /// <summary>Switches an equality constraint on or off.</summary>
    /// <param name="equality">Id of the constraint.</param>
    /// <param name="active">Whether it is active.</param>
    /// <exception cref="NotSupportedException">This version of MuJoCo cannot do that for one data object.</exception>
    public void SetEqActive(int equality, bool active)
    {
        Check();
        if (equality < 0 || equality >= Model.NEq)
        {
            throw new ArgumentOutOfRangeException(
                nameof(equality), equality, $"the model has {Model.NEq} equality constraints.");
        }
        if (EqActive[equality] == active) return;
        if (!HasEqActive)
        {
            throw new NotSupportedException(
                $"MuJoCo {Model.Library.Version} cannot switch equality constraints during a simulation; "
                + "3.0 and later can.");
        }
        *((bool*)eqActive.Address + equality) = active;
    }

    /// <summary>
    /// Reads everything that determines the next step: time, qpos, qvel, act, history, qacc_warmstart, ctrl,
    /// qfrc_applied, xfrc_applied, eq_active, mocap_pos, mocap_quat, userdata and plugin_state, in this order. That is
    /// MuJoCo's integration state (<c>mjSTATE_INTEGRATION</c>), and the same in versions that do not know it yet.
    /// </summary>
    /// <param name="state">Receives the values [<see cref="MjModel.StateSize"/>].</param>
    public void GetState(Span<double> state)
    {
        Check();
        MjModel.Length(state.Length, Model.StateSize, nameof(state));
        state[0] = *time;
        state = state[1..];
        CopyState(ref state, qpos, qvel, act, history, qaccWarmstart, ctrl, qfrcApplied, xfrcApplied);
        var active = EqActive;
        for (int i = 0; i < active.Length; i++) state[i] = active[i] ? 1 : 0;
        state = state[active.Length..];
        CopyState(ref state, mocapPos, mocapQuat, userData, pluginState);
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Restores what <see cref="GetState"/> has read, of this data or of another of the same model. The next step is
    /// then the same bit for bit; results such as frames and sensors are those of before until the next computation.
    /// </summary>
    /// <param name="state">The values [<see cref="MjModel.StateSize"/>].</param>
    /// <exception cref="NotSupportedException">
    /// An equality constraint would have to be switched, and this version of MuJoCo cannot do that.
    /// </exception>
    public void SetState(ReadOnlySpan<double> state)
    {
        Check();
        MjModel.Length(state.Length, Model.StateSize, nameof(state));
        int flags = state.Length - Model.NPluginState - Model.NUserData - (7 * Model.NMocap) - Model.NEq;
        for (int i = 0; i < Model.NEq; i++) SetEqActive(i, state[flags + i] != 0);
        *time = state[0];
        state = state[1..];
        RestoreState(ref state, qpos, qvel, act, history, qaccWarmstart, ctrl, qfrcApplied, xfrcApplied);
        state = state[Model.NEq..];
        RestoreState(ref state, mocapPos, mocapQuat, userData, pluginState);
        GC.KeepAlive(this);
    }

    private static void CopyState(ref Span<double> state, params ReadOnlySpan<FieldArray> parts)
    {
        foreach (var part in parts)
        {
            new ReadOnlySpan<double>((void*)part.Address, part.Length).CopyTo(state);
            state = state[part.Length..];
        }
    }

    private static void RestoreState(ref ReadOnlySpan<double> state, params ReadOnlySpan<FieldArray> parts)
    {
        foreach (var part in parts)
        {
            state[..part.Length].CopyTo(new((void*)part.Address, part.Length));
            state = state[part.Length..];
        }
    }
}

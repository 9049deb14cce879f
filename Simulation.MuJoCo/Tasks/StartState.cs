namespace MbMix.Simulation.MuJoCo;

/// <summary>The start state of an episode, to be changed in place. The spans must not outlive the call.</summary>
public readonly ref struct StartState
{
    internal StartState(StateLayout layout, Span<double> state)
    {
        Qpos = state[..layout.Positions];
        Qvel = state.Slice(layout.Positions, layout.Velocities);
        Act = state.Slice(layout.ActivationsAt, layout.Activations);
        MocapPos = state.Slice(layout.MocapPosAt, 3 * layout.Mocaps);
        MocapQuat = state.Slice(layout.MocapQuatAt, 4 * layout.Mocaps);
    }

    /// <summary>Positions [nq]; quaternions have w first and are normalized afterwards.</summary>
    public Span<double> Qpos { get; }

    /// <summary>Velocities [nv].</summary>
    public Span<double> Qvel { get; }

    /// <summary>Activations of the actuators [na].</summary>
    public Span<double> Act { get; }

    /// <summary>Positions of the mocap bodies [m] [nmocap x 3].</summary>
    public Span<double> MocapPos { get; }

    /// <summary>Orientations of the mocap bodies, w first, normalized afterwards [nmocap x 4].</summary>
    public Span<double> MocapQuat { get; }
}

namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// What a task sees of a lane at one point in time. The spans are views and must not outlive the call.
/// </summary>
public readonly ref struct TaskSnapshot
{
    private readonly MjData? data;

    /// <param name="layout">Where things are in the state.</param>
    /// <param name="state">The state [S].</param>
    /// <param name="lastAction">The action that led here; empty where none is to be seen.</param>
    /// <param name="data">The simulation; null for tasks that depend on the state alone.</param>
    internal TaskSnapshot(
        StateLayout layout, ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, MjData? data)
    {
        this.data = data;
        Qpos = layout.Qpos(state);
        Qvel = layout.Qvel(state);
        Act = state.Slice(layout.ActivationsAt, layout.Activations);
        MocapPos = state.Slice(layout.MocapPosAt, 3 * layout.Mocaps);
        MocapQuat = state.Slice(layout.MocapQuatAt, 4 * layout.Mocaps);
        Carried = layout.CarriedOf(state);
        LastAction = lastAction;
    }

    /// <summary>Positions [nq]; quaternions have w first.</summary>
    public ReadOnlySpan<double> Qpos { get; }

    /// <summary>Velocities [nv].</summary>
    public ReadOnlySpan<double> Qvel { get; }

    /// <summary>Activations of the actuators [na].</summary>
    public ReadOnlySpan<double> Act { get; }

    /// <summary>Positions of the mocap bodies [m] [nmocap x 3].</summary>
    public ReadOnlySpan<double> MocapPos { get; }

    /// <summary>Orientations of the mocap bodies, w first [nmocap x 4].</summary>
    public ReadOnlySpan<double> MocapQuat { get; }

    /// <summary>The carried quantities, <see cref="TaskTraits.Carried"/>.</summary>
    public ReadOnlySpan<double> Carried { get; }

    /// <summary>The action that led here, within its bounds; zero after a reset [A].</summary>
    public ReadOnlySpan<double> LastAction { get; }

    /// <summary>
    /// The simulation as the step left it. Its positions and velocities are those of the snapshot. Its derived
    /// quantities (body frames, sensors, contact forces) are too if the task asks for it
    /// (<see cref="TaskTraits.DerivedAfterStep"/>); otherwise they belong to the state before the last simulation step
    /// was integrated, as in Gymnasium.
    /// </summary>
    /// <exception cref="InvalidOperationException">The task declares that it depends on the state alone.</exception>
    public MjData Data => data ?? throw new InvalidOperationException(
        "The task declares that it depends on the state alone, but it reads the simulation.");
}

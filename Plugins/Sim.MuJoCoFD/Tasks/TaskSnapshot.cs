using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>What a task sees of one moment. Spans are views; nothing may keep them.</summary>
/// <param name="qpos">Positions, quaternions w first.</param>
/// <param name="qvel">Velocities.</param>
/// <param name="carried">What the state row carries beside them, <see cref="TaskTraits.Carried"/>.</param>
/// <param name="lastAction">The action that led here, within its bounds; zero after a reset.</param>
/// <param name="data">
/// The simulation as the step left it: positions and velocities are those of the moment, derived quantities (body frames, contact forces) are
/// those before the last substep's integration, as in Gymnasium. Null for tasks that are functions of the state alone.
/// </param>
internal readonly ref struct TaskSnapshot(
    ReadOnlySpan<double> qpos, ReadOnlySpan<double> qvel, ReadOnlySpan<double> carried, ReadOnlySpan<double> lastAction, MjData? data)
{
    public ReadOnlySpan<double> Qpos { get; } = qpos;

    public ReadOnlySpan<double> Qvel { get; } = qvel;

    public ReadOnlySpan<double> Carried { get; } = carried;

    public ReadOnlySpan<double> LastAction { get; } = lastAction;

    public MjData Data => data ?? throw new InvalidOperationException("The task is declared a function of the state alone, but reads the simulation.");

}

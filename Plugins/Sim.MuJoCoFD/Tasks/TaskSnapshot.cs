using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// What a task sees of a lane at one point in time. The spans are views and must not outlive the call.
/// </summary>
/// <param name="qpos">Positions [nq]; quaternions have w first.</param>
/// <param name="qvel">Velocities [nv].</param>
/// <param name="carried">The carried quantities, <see cref="TaskTraits.Carried"/>.</param>
/// <param name="lastAction">The action that led here, within its bounds; zero after a reset.</param>
/// <param name="data">
/// The simulation as the step left it. Its positions and velocities are those of the snapshot, but derived quantities
/// (body frames, contact forces) belong to the state before the last substep was integrated, as in Gymnasium. Null for
/// tasks that depend on the state alone.
/// </param>
internal readonly ref struct TaskSnapshot(
    ReadOnlySpan<double> qpos,
    ReadOnlySpan<double> qvel,
    ReadOnlySpan<double> carried,
    ReadOnlySpan<double> lastAction,
    MjData? data)
{
    public ReadOnlySpan<double> Qpos { get; } = qpos;

    public ReadOnlySpan<double> Qvel { get; } = qvel;

    public ReadOnlySpan<double> Carried { get; } = carried;

    public ReadOnlySpan<double> LastAction { get; } = lastAction;

    public MjData Data => data ?? throw new InvalidOperationException(
        "The task declares that it depends on the state alone, but it reads the simulation.");
}

using System.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>What a pendulum looks like: a rod that turns in the plane of x and z.</summary>
/// <param name="length">Length of the rod [m].</param>
internal sealed class PendulumScene(double length) : LaneSceneView(new Scene
{
    Bodies = ["rod"],
    Shapes =
    [
        SceneShape.CapsuleBetween(0, Vector3.Zero, new(0, 0, (float)length), 0.06f),
        new(ShapeKind.Sphere, new(0.09f, 0, 0)) { Position = new(0, 0, Pivot), Color = new(0.2f, 0.2f, 0.25f, 1) },
    ],
    Follow = 0,
})
{
    // so that the rod does not go below the ground
    private const float Pivot = 1.2f;

    /// <inheritdoc/>
    protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose)
    {
        pose.Place(0, 0, 0, Pivot);
        pose.Turn(0, 0, Math.Sin(state[0] / 2), 0, Math.Cos(state[0] / 2));
    }
}

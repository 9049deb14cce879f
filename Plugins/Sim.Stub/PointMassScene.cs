using MbMix.Simulation;

namespace MbMix.Sim.Stub;

/// <summary>What the point mass looks like: a ball that slides on the ground, and a disk at the target.</summary>
internal sealed class PointMassScene() : LaneSceneView(new Scene
{
    Bodies = ["mass"],
    Shapes =
    [
        new(ShapeKind.Plane, default),
        new(ShapeKind.Cylinder, new(0.2f, 0.005f, 0)) { Color = new(0.2f, 0.6f, 0.35f, 1) },
        new(ShapeKind.Sphere, new(Radius, 0, 0)) { Body = 0 },
    ],
})
{
    private const float Radius = 0.1f; // m

    /// <inheritdoc/>
    protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose) =>
        pose.Place(0, state[0], state[1], Radius);
}

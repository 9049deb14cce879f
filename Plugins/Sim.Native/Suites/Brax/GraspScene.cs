using System.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>What Grasp looks like: the links of the claw, the ball and its target, the ground.</summary>
/// <param name="layout">The components of a state.</param>
/// <param name="targetRadius">Radius of the target [m].</param>
internal sealed class GraspScene(BraxState layout, double targetRadius) : LaneSceneView(new Scene
{
    Bodies = [.. layout.Moving, .. layout.Prescribed, "target"],
    Shapes =
    [
        .. GraspHand.Capsules.Select(Shape),
        BraxPoses.Target(layout, targetRadius),
        new(ShapeKind.Plane, default),
    ],
    Points = [.. layout.Touching.Select(body => new ScenePoint(body, default, 0.1f))],
    Follow = GraspHand.Palm,
})
{
    /// <inheritdoc/>
    protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose) =>
        BraxPoses.Fill(layout, state, pose);

    private static SceneShape Shape(Capsule capsule)
    {
        double[] a = capsule.HalfAxis;
        var half = new Vector3((float)a[0], (float)a[1], (float)a[2]);
        return SceneShape.CapsuleBetween(capsule.Body, -half, half, (float)capsule.Radius);
    }
}

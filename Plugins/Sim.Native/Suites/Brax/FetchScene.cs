using MbMix.Simulation;
using Numbers = System.Numerics;

namespace MbMix.Sim.Native;

/// <summary>What Fetch looks like: the boxes of the dog, the ball, the ground.</summary>
/// <param name="layout">The components of a state.</param>
/// <param name="targetRadius">Radius of the ball [m].</param>
internal sealed class FetchScene(BraxState layout, double targetRadius) : LaneSceneView(new Scene
{
    Bodies = [.. layout.Moving, "target"],
    Shapes =
    [
        .. FetchDog.Sizes.Select((size, body) => new SceneShape(
            ShapeKind.Box, new((float)size[0], (float)size[1], (float)size[2])) { Body = body }),
        BraxPoses.Target(layout, targetRadius),
        new(ShapeKind.Plane, default),
    ],
    Points = [.. layout.Touching.Select(body => new ScenePoint(body, new Numbers.Vector3(0, 0, -0.5f), 0.1f))],
    Follow = 0,
})
{
    /// <inheritdoc/>
    protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose) =>
        BraxPoses.Fill(layout, state, pose);
}

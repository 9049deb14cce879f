using MbMix;
using MbMix.Simulation;

namespace Samples.Quadrotor;

/// <summary>What the quadrotor looks like: two arms and four rotors, and a ball where it has to hover.</summary>
/// <param name="arm">Distance from the center to a rotor [m].</param>
internal sealed class QuadrotorScene(float arm) : LaneSceneView(new Scene
{
    Bodies = ["quadrotor"],
    Shapes =
    [
        SceneShape.CapsuleBetween(0, new(-arm, 0, 0), new(arm, 0, 0), 0.015f),
        SceneShape.CapsuleBetween(0, new(0, -arm, 0), new(0, arm, 0), 0.015f),
        Rotor(arm, 0), Rotor(0, arm), Rotor(-arm, 0), Rotor(0, -arm),
        new(ShapeKind.Sphere, new(0.04f, 0, 0)) { Color = new(0.2f, 0.6f, 0.35f, 0.6f) },
    ],
    Follow = 0,
})
{
    protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose)
    {
        pose.Place(0, state[0], state[1], state[2]);
        pose.Turn(0, state[3], state[4], state[5], state[6]);
    }

    private static SceneShape Rotor(float x, float y) =>
        new(ShapeKind.Cylinder, new(0.08f, 0.006f, 0)) { Body = 0, Position = new(x, y, 0.03f) };
}

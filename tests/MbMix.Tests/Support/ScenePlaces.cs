using System.Numerics;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>Where the shapes of a scene are in the world.</summary>
internal static class ScenePlaces
{
    /// <summary>The shapes of moving bodies with their centers and axes in the world, in one state.</summary>
    public static List<(SceneShape Shape, Vector3 Center, Vector3 Axis)> Of(IDifferentiableEnv env, Tensor state)
    {
        using var last = torch.zeros([state.size(0), env.Spec.Action.Size], env.Spec.StateType);
        using var frame = env.View!.Pose(state, last);
        double[] poses = [.. frame.Bodies.Values<double>()];
        var found = new List<(SceneShape, Vector3, Vector3)>();
        foreach (var shape in env.View.Scene.Shapes.Where(s => s.Body >= 0))
        {
            var at = poses.AsSpan(7 * shape.Body, 7);
            Quaternion turn = new((float)at[3], (float)at[4], (float)at[5], (float)at[6]);
            Vector3 origin = new((float)at[0], (float)at[1], (float)at[2]);
            var center = origin + Vector3.Transform(shape.Position, turn);
            found.Add((shape, center, Vector3.Transform(Vector3.UnitZ, turn * shape.Rotation)));
        }
        return found;
    }

    /// <summary>Fails unless all orientations of some states are unit quaternions.</summary>
    public static void AssertUnitQuaternions(IDifferentiableEnv env, Tensor states)
    {
        using var last = torch.zeros([states.size(0), env.Spec.Action.Size], env.Spec.StateType);
        using var frame = env.View!.Pose(states, last);
        Assert.Equal([states.size(0), env.View.Scene.Bodies.Count, 7], frame.Bodies.shape);
        double[] poses = [.. frame.Bodies.Values<double>()];
        for (int i = 0; i < poses.Length; i += 7)
            Assert.Equal(1, poses.AsSpan(i + 3, 4).ToArray().Sum(q => q * q), 1e-9);
    }
}

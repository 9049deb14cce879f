using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>The view of an environment of a plugin, with checks of everything that it returns.</summary>
internal sealed class GuardedSceneView : ISceneView
{
    private const int MostFrames = 1000;

    private readonly ISceneView inner;
    private readonly Boundary boundary;
    private readonly int freePoints;

    /// <summary>Wraps a view.</summary>
    /// <exception cref="MbMixException">Its scene is not sound.</exception>
    public GuardedSceneView(ISceneView inner, Boundary boundary)
    {
        (this.inner, this.boundary) = (inner, boundary);
        Scene = Call("Scene", () => inner.Scene) ?? throw boundary.Wrong("Scene of View", "null", "a scene");
        SceneChecks.Require(boundary, Scene);
        FramesPerStep = Call("FramesPerStep", () => inner.FramesPerStep);
        if (FramesPerStep is < 1 or > MostFrames)
            throw boundary.Wrong("FramesPerStep of View", $"{FramesPerStep}", $"a number from 1 to {MostFrames}");
        freePoints = Scene.Points.Count(p => p.Body is null);
    }

    /// <inheritdoc/>
    public Scene Scene { get; }

    /// <inheritdoc/>
    public int FramesPerStep { get; }

    /// <inheritdoc/>
    public Tensor Between(Tensor state, Tensor action)
    {
        var states = Call("Between", () => inner.Between(state, action))
            ?? throw boundary.Wrong("result of Between", "null", "the states within a step");
        boundary.RequireShape("states of Between", states, state.dtype, FramesPerStep - 1, state.size(1));
        return states;
    }

    /// <inheritdoc/>
    public SceneFrame Pose(Tensor state, Tensor lastAction)
    {
        bool recording = torch.is_grad_enabled();
        var frame = Call("Pose", () => inner.Pose(state, lastAction))
            ?? throw boundary.Wrong("result of Pose", "null", "a frame");
        boundary.RequireMode("Pose", recording);
        long lanes = state.size(0);
        var number = torch.ScalarType.Float64;
        boundary.RequireShape("bodies of Pose", frame.Bodies, number, lanes, Scene.Bodies.Count, 7);
        boundary.RequireShape("points of Pose", frame.Points, number, lanes, freePoints, 3);
        if (frame.Touching is not null)
            boundary.Require("touching of Pose", frame.Touching, torch.ScalarType.Bool, lanes, Scene.Points.Count);
        if (frame.Activity is not null)
            boundary.Require("activity of Pose", frame.Activity, number, lanes, Scene.Lines.Count);
        RequireValues(frame, state);
        return frame;
    }

    private void RequireValues(SceneFrame frame, Tensor state)
    {
        // where the state itself is not finite, nothing can be expected of the poses
        if (!state.AllFinite()) return;
        if (!frame.Bodies.AllFinite() || !frame.Points.AllFinite() || frame.Activity?.AllFinite() == false)
            throw boundary.Wrong("result of Pose", "a number that is not finite", "finite poses of a finite state");
        var poses = frame.Bodies.numel() == 0 ? [] : frame.Bodies.Values<double>();
        for (int i = 0; i < poses.Length; i += 7)
        {
            var q = poses.Slice(i + 3, 4);
            double length = Math.Sqrt((q[0] * q[0]) + (q[1] * q[1]) + (q[2] * q[2]) + (q[3] * q[3]));
            if (Math.Abs(length - 1) <= 1e-3) continue;
            string body = OneLine.Value(Scene.Bodies[i / 7 % Scene.Bodies.Count]);
            throw boundary.Wrong(
                $"orientation of '{body}' of Pose", $"a quaternion of length {TensorChecks.Text(length)}",
                "a unit quaternion (x, y, z, w)");
        }
    }

    private T Call<T>(string member, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw boundary.Threw(member + " of View", e);
        }
    }
}

using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Pages;

/// <summary>Collects the frames of a replay.</summary>
/// <param name="view">Computes where everything is.</param>
/// <param name="spec">The environment.</param>
internal sealed class ReplayFrames(ISceneView view, EnvSpec spec)
{
    private readonly List<double> bodies = [], points = [], activity = [], actions = [], rewards = [];
    private readonly List<bool> touching = [];
    private bool touches = true, activates = true;
    private int frames;

    /// <summary>Number of steps so far.</summary>
    public int Steps => (frames - 1) / view.FramesPerStep;

    /// <summary>Adds a frame.</summary>
    /// <param name="state">The state, <c>[1, S]</c>.</param>
    /// <param name="action">The action that led to it, <c>[1, A]</c>.</param>
    /// <param name="reward">The reward of that step.</param>
    public void Add(Tensor state, Tensor action, double reward)
    {
        using var frame = view.Pose(state, action);
        Append(bodies, frame.Bodies);
        Append(points, frame.Points);
        if (frame.Touching is null) touches = false;
        else if (frame.Touching.numel() > 0) touching.AddRange(frame.Touching.Values<bool>());
        if (frame.Activity is null) activates = false;
        else Append(activity, frame.Activity);
        Append(actions, action);
        rewards.Add(reward);
        frames++;
    }

    /// <summary>Adds the frames within a step, if the view has any.</summary>
    /// <param name="state">The state before the step, <c>[1, S]</c>.</param>
    /// <param name="action">The action, <c>[1, A]</c>.</param>
    public void AddBetween(Tensor state, Tensor action)
    {
        if (view.FramesPerStep == 1) return;
        using var between = view.Between(state, action);
        for (int k = 0; k < between.shape[0]; k++)
        {
            using var at = between.narrow(0, k, 1);
            Add(at, action, 0);
        }
    }

    /// <summary>Makes the replay.</summary>
    /// <param name="label">What the reader calls it.</param>
    /// <param name="actor">Who acts.</param>
    /// <param name="end">Why it ended.</param>
    /// <param name="actionsKnown">Whether the actions were those of the steps.</param>
    /// <param name="stepByStep">Whether there are no frames within a step, nor one before the first.</param>
    public Replay ToReplay(
        string label, string actor, string end, bool actionsKnown = true, bool stepByStep = false) => new()
        {
            Label = label,
            Environment = spec.Id,
            Actor = actor,
            End = end,
            Scene = view.Scene,
            Period = stepByStep ? spec.ControlPeriod : spec.ControlPeriod / view.FramesPerStep,
            Actions = actionsKnown ? [.. spec.Action.Dimensions.Select(d => d.Name)] : [],
            Frames = frames,
            FramesPerStep = stepByStep ? 1 : view.FramesPerStep,
            FirstStep = stepByStep ? 1 : 0,
            Rewards = rewards,
            Bodies = [.. bodies],
            Points = [.. points],
            Touching = touches && view.Scene.Points.Count > 0 ? [.. touching] : null,
            Activity = activates && actionsKnown && view.Scene.Lines.Count > 0 ? [.. activity] : null,
            ActionValues = actionsKnown ? [.. actions] : [],
        };

    private static void Append(List<double> to, Tensor tensor)
    {
        if (tensor.numel() == 0) return;
        using var plain = tensor.detach().to(torch.ScalarType.Float64).contiguous();
        to.AddRange(plain.Values<double>());
    }
}

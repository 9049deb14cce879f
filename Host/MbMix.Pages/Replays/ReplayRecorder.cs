using MbMix.Hosting;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Pages;

/// <summary>Records replays of environments that say what they look like.</summary>
public static class ReplayRecorder
{
    /// <summary>Records an episode of a deterministic policy, with or without a memory.</summary>
    /// <param name="env">The environment; it stays the caller's.</param>
    /// <param name="policy">The policy; it stays the caller's.</param>
    /// <param name="actor">Who acts, in a few words for the reader.</param>
    /// <param name="options">How it is recorded. With the seed of an evaluation, it is its first episode.</param>
    /// <exception cref="MbMixException">The environment does not say what it looks like.</exception>
    public static Replay OfPolicy(IDifferentiableEnv env, IPolicy policy, string actor, ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(policy);
        using var lanes = new PolicyLanes(policy, 1);
        return Episode(env, actor, options, (_, observation) => lanes.Act(observation));
    }

    /// <summary>Records an episode of random actions, uniform within their bounds.</summary>
    /// <param name="env">The environment; it stays the caller's.</param>
    /// <param name="options">How it is recorded.</param>
    /// <exception cref="MbMixException">The environment does not say what it looks like.</exception>
    public static Replay OfRandomActions(IDifferentiableEnv env, ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        var bounds = env.Spec.Action.Dimensions;
        var random = new CounterRandom(options.Seed, "replay");
        var u = new float[bounds.Count];
        return Episode(env, $"random actions, seed {options.Seed}", options, (t, _) =>
        {
            random.Uniform(u, t, 0);
            double[] action = [.. bounds.Select((d, i) => d.Low + (u[i] * (d.High - d.Low)))];
            return torch.tensor(action, [1, bounds.Count]);
        });
    }

    /// <summary>Makes a replay of a file that <c>mbmix rollout</c> has written: of its first lane.</summary>
    /// <param name="env">The environment that the states belong to; it stays the caller's.</param>
    /// <param name="trajectory">The states.</param>
    /// <param name="options">How it is recorded; the seed is not used.</param>
    /// <exception cref="MbMixException">
    /// The environment does not say what it looks like, or the states are of another environment.
    /// </exception>
    public static Replay OfTrajectory(IDifferentiableEnv env, Trajectory trajectory, ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(trajectory);
        ArgumentNullException.ThrowIfNull(options);
        var spec = env.Spec;
        int size = trajectory.States[0].Count;
        if (size != spec.State.Size)
        {
            throw new MbMixException(
                $"{OneLine.Value(trajectory.Name)}: a state has {size} numbers, but one of {spec.Id} has "
                + $"{spec.State.Size}: name the environment that it was written with (--env).");
        }
        var frames = new ReplayFrames(Require(env), spec);
        using var quiet = torch.no_grad();
        int steps = Math.Min(trajectory.States.Count, options.Steps ?? int.MaxValue);
        using var none = torch.zeros([1, spec.Action.Size], spec.StateType);
        for (int t = 0; t < steps; t++)
        {
            using var scope = torch.NewDisposeScope();
            var state = torch.tensor(trajectory.States[t].ToArray(), [1, size]).to(spec.StateType);
            frames.Add(state, none, trajectory.Rewards[t]);
        }
        string lane = trajectory.Lanes > 1 ? $"lane 1 of {trajectory.Lanes} of a file" : "states of a file";
        return frames.ToReplay(options.Label ?? spec.Id, lane, trajectory.End, actionsKnown: false, stepByStep: true);
    }

    private static Replay Episode(
        IDifferentiableEnv env, string actor, ReplayOptions options, Func<int, Tensor, Tensor> act)
    {
        ArgumentNullException.ThrowIfNull(options);
        var spec = env.Spec;
        var frames = new ReplayFrames(Require(env), spec);
        int steps = Math.Min(Math.Min(spec.EpisodeLength, ReplayOptions.MostSteps), options.Steps ?? int.MaxValue);
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var state = env.Reset(Evaluator.StartKeys(options.Seed, 1));
        var last = torch.zeros([1, spec.Action.Size], spec.StateType);
        var observation = env.Observe(state, last);
        frames.Add(state, last, 0);
        string end = steps < spec.EpisodeLength ? $"cut after {steps} steps" : "ran to its end";
        for (int t = 0; t < steps; t++)
        {
            using var inner = torch.NewDisposeScope();
            var action = act(t, observation).to(spec.StateType);
            var step = env.Step(state, action);
            double reward = step.Reward.to(torch.ScalarType.Float64).item<double>();
            bool broken = step.Fault.item<int>() != FaultCode.None || !double.IsFinite(reward)
                || !step.NextState.AllFinite() || !step.Observation.AllFinite();
            if (broken)
            {
                end = $"became invalid in step {t + 1}";
                break;
            }
            var taken = Clipped(action, spec.Action);
            frames.AddBetween(state, taken);
            frames.Add(step.NextState, taken, reward);
            state.Dispose();
            observation.Dispose();
            (state, observation) =
                (step.NextState.MoveToOuterDisposeScope(), step.Observation.MoveToOuterDisposeScope());
            if (!step.Terminated.item<bool>()) continue;
            end = $"terminated after {t + 1} steps";
            break;
        }
        return frames.ToReplay(options.Label ?? spec.Id, actor, end);
    }

    // what the environment does with actions outside of their bounds
    private static Tensor Clipped(Tensor action, SpaceSpec space)
    {
        var low = torch.tensor(space.Dimensions.Select(d => d.Low).ToArray()).to(action.dtype);
        var high = torch.tensor(space.Dimensions.Select(d => d.High).ToArray()).to(action.dtype);
        return torch.minimum(torch.maximum(action, low), high);
    }

    private static ISceneView Require(IDifferentiableEnv env) => env.View
        ?? throw new MbMixException(
            $"{env.Spec.Id} does not say what it looks like: its author can add a View (docs/viewing.md).");
}

using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Certification;

/// <summary>States and actions of an environment to check it at.</summary>
public static class Probes
{
    /// <summary>Start states <c>[n, S]</c> of the first episodes of n lanes.</summary>
    public static Tensor Starts(IDifferentiableEnv env, int lanes, long seed) => env.Reset(Keys(lanes, seed));

    /// <summary>The first episodes of n lanes.</summary>
    public static LaneKey[] Keys(int lanes, long seed) =>
        [.. Enumerable.Range(0, lanes).Select(lane => new LaneKey(seed, lane, 0))];

    /// <summary>
    /// Actions <c>[B, A]</c> of the environment's type that correspond to values in [-1, 1]: -1 is the lower bound, 1
    /// the upper one.
    /// </summary>
    /// <param name="env">The environment.</param>
    /// <param name="unit">Values <c>[B, A]</c>.</param>
    public static Tensor Scale(IDifferentiableEnv env, Tensor unit)
    {
        using var scope = torch.NewDisposeScope();
        var (low, high) = Bounds(env);
        var type = env.Spec.StateType;
        var scaled = ((high + low) / 2) + (unit.to(torch.ScalarType.Float64) * (high - low) / 2);
        return scaled.to(type).MoveToOuterDisposeScope();
    }

    /// <summary>The bounds of the action, float64 <c>[A]</c> each.</summary>
    public static (Tensor Low, Tensor High) Bounds(IDifferentiableEnv env)
    {
        var actions = env.Spec.Action.Dimensions;
        double[] low = [.. actions.Select(d => d.Low)], high = [.. actions.Select(d => d.High)];
        return (torch.tensor(low), torch.tensor(high));
    }

    /// <summary>States <c>[B, S]</c> in the middle of a motion, and the actions <c>[B, A]</c> that led there.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="lanes">Lanes B.</param>
    /// <param name="steps">Control steps, all with the same action.</param>
    /// <param name="seed">Seed of start states.</param>
    public static (Tensor State, Tensor Action) Moving(IDifferentiableEnv env, int lanes, int steps, long seed)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var uniform = new CounterRandom(3, "actions").UniformTensor(0, lanes, env.Spec.Action.Size);
        var (state, action) = (Starts(env, lanes, seed), Scale(env, (uniform * 2) - 1));
        for (int t = 0; t < steps; t++) state = env.Step(state, action).NextState;
        return (state.MoveToOuterDisposeScope(), action.MoveToOuterDisposeScope());
    }
}

using System.Runtime.CompilerServices;

namespace MbMix.Numerics;

/// <summary>
/// Counts the work that an environment does. An environment that meters itself (<see cref="IMeteredEnv"/>) has its own
/// counters; for any other they are kept here, and only steps taken through <see cref="Step"/> are counted.
/// </summary>
public static class EnvMeter
{
    private static readonly ConditionalWeakTable<IDifferentiableEnv, EnvCosts> Accounts = [];

    /// <summary>The counters of an environment instance.</summary>
    /// <param name="env">The environment.</param>
    public static EnvCosts CostsOf(IDifferentiableEnv env) =>
        env is IMeteredEnv metered ? metered.Costs : Accounts.GetOrCreateValue(env);

    /// <summary>Takes one control step and counts it, and later its backward passes as well.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    public static EnvStep Step(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        if (env is IMeteredEnv) return env.Step(state, action);
        var costs = CostsOf(env);
        long batch = state.shape[0];
        costs.ForwardSteps += batch;
        if (!torch.is_grad_enabled() || !(state.requires_grad || action.requires_grad)) return env.Step(state, action);
        var inputs = new BackwardMeter(costs, batch).Apply(state, action);
        return env.Step(inputs[0], inputs[1]);
    }

    /// <summary>Passes state and action through unchanged and counts each backward pass that goes through it.</summary>
    private sealed class BackwardMeter(EnvCosts costs, long batch) : CustomFunction
    {
        protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep) =>
            [inputs[0].detach().clone(), inputs[1].detach().clone()];

        protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
        {
            costs.BackwardSteps += batch;
            return [gradients[0]?.clone(), gradients[1]?.clone()];
        }
    }
}

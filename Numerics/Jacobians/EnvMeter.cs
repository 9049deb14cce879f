using System.Runtime.CompilerServices;

namespace MbMix.Numerics;

/// <summary>
/// The account of what an environment computes: its own where it meters itself (<see cref="IMeteredEnv"/>), else one that is kept here, for which
/// steps have to be taken through <see cref="Step"/>.
/// </summary>
public static class EnvMeter
{
    private static readonly ConditionalWeakTable<IDifferentiableEnv, EnvCosts> Accounts = [];

    /// <summary>The counters of an environment instance.</summary>
    /// <param name="env">Environment.</param>
    public static EnvCosts CostsOf(IDifferentiableEnv env) => env is IMeteredEnv metered ? metered.Costs : Accounts.GetOrCreateValue(env);

    /// <summary>One control step that is counted, and so is its backward pass if one comes.</summary>
    /// <param name="env">Environment.</param>
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

    /// <summary>Hands state and action on, and notes each time that a backward pass comes through.</summary>
    private sealed class BackwardMeter(EnvCosts costs, long batch) : CustomFunction
    {
        protected override Tensor[] Evaluate(ReadOnlySpan<Tensor> inputs, bool keep) => [inputs[0].detach().clone(), inputs[1].detach().clone()];

        protected override Tensor?[] Differentiate(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
        {
            costs.BackwardSteps += batch;
            return [gradients[0]?.clone(), gradients[1]?.clone()];
        }
    }
}

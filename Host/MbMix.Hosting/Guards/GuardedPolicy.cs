using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// A policy of a plugin, with checks of every action: null, shape, type, gradient history, numbers that are not finite,
/// bounds.
/// </summary>
internal class GuardedPolicy : IPolicy
{
    // what rounding may add to a bound, as a share of the range
    private const double Slack = 1e-4;

    private readonly Boundary boundary;
    private readonly float[] low, high;

    /// <summary>Wraps a policy.</summary>
    public GuardedPolicy(IPolicy inner, Boundary boundary, SpaceSpec action)
    {
        (Inner, this.boundary) = (inner, boundary);
        low = [.. action.Dimensions.Select(d => (float)(d.Low - (Slack * (d.High - d.Low))))];
        high = [.. action.Dimensions.Select(d => (float)(d.High + (Slack * (d.High - d.Low))))];
    }

    /// <summary>The plugin's policy.</summary>
    public IPolicy Inner { get; }

    /// <summary>Wraps a policy so that it keeps its abilities.</summary>
    public static GuardedPolicy Wrap(IPolicy policy, Boundary boundary, SpaceSpec action) =>
        (policy as IRecurrentPolicy, policy as IExportablePolicy) switch
        {
            (null, null) => new GuardedPolicy(policy, boundary, action),
            (null, _) => new GuardedExportablePolicy(policy, boundary, action),
            ({ } recurrent, null) => new GuardedRecurrentPolicy(recurrent, boundary, action),
            _ => throw boundary.Wrong(
                "Policy", "one that is both IRecurrentPolicy and IExportablePolicy",
                "one of the two, because a policy file holds no memory"),
        };

    /// <inheritdoc/>
    public Tensor Act(Tensor observation, Tensor? noise = null)
    {
        Tensor action;
        try
        {
            action = Inner.Act(observation, noise);
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw boundary.Threw("Act of the policy", e);
        }
        Check(action, observation.size(0));
        return action;
    }

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        try
        {
            Inner.Act(observation, action);
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw boundary.Threw("Act of the policy", e);
        }
        Check(action);
    }

    /// <summary>Checks a batch of actions.</summary>
    protected void Check(Tensor? action, long lanes)
    {
        // the type may be that of the observation or of the policy's network
        var type = action is not null && !action.IsInvalid && action.dtype == torch.ScalarType.Float64
            ? torch.ScalarType.Float64 : torch.ScalarType.Float32;
        boundary.Require("action of the policy", action, type, lanes, low.Length);
        if (action!.requires_grad) throw boundary.Wrong("action of the policy", "a gradient history", "none");
        if (type == torch.ScalarType.Float32) Check(action.Values<float>());
        else Check([.. Array.ConvertAll(action.Values<double>().ToArray(), x => (float)x)]);
    }

    /// <summary>Checks that actions are finite and within their bounds.</summary>
    protected void Check(ReadOnlySpan<float> actions)
    {
        for (int i = 0, a = 0; i < actions.Length; i++, a = a + 1 == low.Length ? 0 : a + 1)
        {
            if (actions[i] >= low[a] && actions[i] <= high[a]) continue;
            throw boundary.Wrong(
                $"component {a} of the policy's action", TensorChecks.Text(actions[i]),
                $"a number within {TensorChecks.Text(low[a])} to {TensorChecks.Text(high[a])}");
        }
    }
}

using MbMix.Numerics;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>An environment with single members replaced, to show that a check notices.</summary>
internal sealed class AlteredEnv(IPredictiveEnv inner) : IPredictiveEnv, IJacobianEnv
{
    public delegate Tensor Start(ReadOnlySpan<LaneKey> lanes);

    public Func<Tensor, Tensor, EnvStep>? OnStep { get; init; }

    public Start? OnReset { get; init; }

    public Func<Outcome, Outcome>? OnEvaluate { get; init; }

    public Func<Tensor, Tensor>? OnPullback { get; init; }

    public Func<Jacobians, Jacobians>? OnLinearize { get; init; }

    public EnvSpec Spec { get; init; } = inner.Spec;

    public IStateChart Chart { get; init; } = inner.Chart;

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => OnReset is null ? inner.Reset(lanes) : OnReset(lanes);

    public Tensor Observe(Tensor state, Tensor lastAction) => inner.Observe(state, lastAction);

    public EnvStep Step(Tensor state, Tensor action) => (OnStep ?? inner.Step)(state, action);

    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState)
    {
        var outcome = inner.Evaluate(state, action, nextState);
        return OnEvaluate is null ? outcome : OnEvaluate(outcome);
    }

    public Jacobians Linearize(Tensor state, Tensor action)
    {
        var jacobians = EnvJacobians.Linearize(inner, state, action);
        return OnLinearize is null ? jacobians : OnLinearize(jacobians);
    }

    public (Tensor dState, Tensor dAction) Pullback(Tensor state, Tensor action, Tensor dNextState)
    {
        var (dState, dAction) = EnvJacobians.Pullback(inner, state, action, dNextState);
        return (OnPullback is null ? dState : OnPullback(dState), dAction);
    }

    public void Dispose() => inner.Dispose();
}

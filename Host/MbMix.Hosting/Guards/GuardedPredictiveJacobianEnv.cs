using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>A guarded environment that can evaluate predicted states and computes Jacobians.</summary>
internal sealed class GuardedPredictiveJacobianEnv(IDifferentiableEnv inner, Boundary boundary)
    : GuardedEnv(inner, boundary), IPredictiveEnv, IJacobianEnv
{
    /// <inheritdoc/>
    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState) =>
        EvaluateGuarded((IPredictiveEnv)Inner, state, action, nextState);

    /// <inheritdoc/>
    public Jacobians Linearize(Tensor state, Tensor action) => LinearizeGuarded((IJacobianEnv)Inner, state, action);

    /// <inheritdoc/>
    public (Tensor dState, Tensor dAction) Pullback(Tensor state, Tensor action, Tensor dNextState) =>
        PullbackGuarded((IJacobianEnv)Inner, state, action, dNextState);
}

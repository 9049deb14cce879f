using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>A guarded environment that computes Jacobians.</summary>
internal sealed class GuardedJacobianEnv(IDifferentiableEnv inner, Boundary boundary)
    : GuardedEnv(inner, boundary), IJacobianEnv
{
    /// <inheritdoc/>
    public Jacobians Linearize(Tensor state, Tensor action) => LinearizeGuarded((IJacobianEnv)Inner, state, action);

    /// <inheritdoc/>
    public (Tensor dState, Tensor dAction) Pullback(Tensor state, Tensor action, Tensor dNextState) =>
        PullbackGuarded((IJacobianEnv)Inner, state, action, dNextState);
}

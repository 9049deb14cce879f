using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>A guarded environment that can evaluate predicted states.</summary>
internal sealed class GuardedPredictiveEnv(IDifferentiableEnv inner, Boundary boundary)
    : GuardedEnv(inner, boundary), IPredictiveEnv
{
    /// <inheritdoc/>
    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState) =>
        EvaluateGuarded((IPredictiveEnv)Inner, state, action, nextState);
}

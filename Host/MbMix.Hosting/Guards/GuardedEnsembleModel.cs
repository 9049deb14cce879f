using Microsoft.Extensions.Logging;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>A guarded model that consists of several members.</summary>
internal class GuardedEnsembleModel(IEnsembleModel inner, Boundary boundary, EnvSpec env, ILogger logger)
    : GuardedModel(inner, boundary, env, logger), IEnsembleModel
{
    /// <inheritdoc/>
    public int Members => inner.Members;

    /// <inheritdoc/>
    public Tensor Predict(Tensor state, Tensor action, int member) =>
        Check("Predict", state, action, () => inner.Predict(state, action, member));
}

using MbMix.Algo.MBMIX;

[assembly: MbMix.MbMixPlugin(typeof(MbMixAlgorithmPlugin))]

namespace MbMix.Algo.MBMIX;

/// <summary>The algorithms MB-MIX and MIX.</summary>
public sealed class MbMixAlgorithmPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        registry.AddAlgorithm<MbMixOptions>(
            MbMixOptimizer.Id,
            "MB-MIX: policy gradients averaged over window lengths, through the environment and a Sobolev-trained model (Zhang et al. 2025).",
            options => new AlgorithmNeeds(
                Gradients: true,
                options.Rollouts == RolloutSource.Env ? ModelUse.None : ModelUse.Required,
                PredictiveEnv: options.Rollouts != RolloutSource.Env),
            (options, context) => new MbMixOptimizer(options, context));
    }
}

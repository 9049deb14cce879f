using MbMix.Algo.PPO;

[assembly: MbMix.MbMixPlugin(typeof(PpoPlugin))]

namespace MbMix.Algo.PPO;

/// <summary>The PPO algorithm.</summary>
public sealed class PpoPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/ppo-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<PpoOptions>(
            Id,
            "Proximal policy optimization: needs no gradients of the environment.",
            _ => new AlgorithmNeeds(Gradients: false, ModelUse.None, PredictiveEnv: false),
            (options, context) => new Ppo(options, context));
}

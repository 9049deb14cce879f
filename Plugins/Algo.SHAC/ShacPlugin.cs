using MbMix.Algo.SHAC;

[assembly: MbMix.MbMixPlugin(typeof(ShacPlugin))]

namespace MbMix.Algo.SHAC;

/// <summary>The SHAC algorithm.</summary>
public sealed class ShacPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/shac-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<ShacOptions>(
            Id,
            "Short-horizon actor-critic: policy gradients through the simulator, with a critic at the window's end.",
            _ => new AlgorithmNeeds(Gradients: true, ModelUse.None, PredictiveEnv: false),
            (options, context) => new Shac(options, context));
}

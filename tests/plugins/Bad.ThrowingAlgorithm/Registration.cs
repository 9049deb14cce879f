using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration))]

namespace BadPlugins;

/// <summary>Is fine until its third iteration.</summary>
public sealed class Registration : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) => registry.AddAlgorithm<object>(
        "bad/throws-v1",
        "Throws in its third iteration",
        _ => new AlgorithmNeeds(Gradients: false, Model: ModelUse.None, PredictiveEnv: false),
        (_, context) => new ThrowingAlgorithm(context.Env.Spec));
}

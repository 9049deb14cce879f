using MbMix.Algo.MBMIX;

[assembly: MbMix.MbMixPlugin(typeof(MbMixAlgorithmPlugin))]

namespace MbMix.Algo.MBMIX;

/// <summary>MB-MIX and MIX, and the dynamics models that come with them.</summary>
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
        registry.AddModel<SobolevMlpOptions>(
            SobolevMlp.Id, "A network trained on the values and derivatives of the dynamics.", (options, context) => new SobolevMlp(options, context));
        registry.AddModel<ExactModelOptions>(
            ExactModel.Id, "The environment as its own model: a control.", (_, context) => new ExactModel(context));
    }
}

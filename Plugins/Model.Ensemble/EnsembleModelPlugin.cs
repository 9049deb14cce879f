using MbMix.Model.Ensemble;

[assembly: MbMix.MbMixPlugin(typeof(EnsembleModelPlugin))]

namespace MbMix.Model.Ensemble;

/// <summary>Registers the probabilistic ensemble.</summary>
public sealed class EnsembleModelPlugin : IMbMixPlugin
{
    /// <summary>Id of the model.</summary>
    public const string Id = "mbmix/ensemble-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddModel<ProbabilisticEnsembleOptions>(
            Id, "Several networks that predict means and deviations, trained on all transitions.", (options, context) =>
                new ProbabilisticEnsemble(options, context));
}

using MbMix;
using Samples.RandomSearch;

[assembly: MbMixPlugin(typeof(RandomSearchPlugin))]

namespace Samples.RandomSearch;

/// <summary>Registers the algorithm <c>samples/random-search-v1</c>.</summary>
public sealed class RandomSearchPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.AddAlgorithm<RandomSearchOptions>(
        "samples/random-search-v1",
        "Augmented random search of a linear policy (Mania et al. 2018); needs no gradients",
        _ => new AlgorithmNeeds(Gradients: false, Model: ModelUse.None, PredictiveEnv: false),
        (options, context) => new RandomSearchOptimizer(options, context));
}

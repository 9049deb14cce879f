using MbMix.Model.Ensemble;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the probabilistic ensemble in a program that embeds MbMix.</summary>
public static class EnsembleModelServiceCollectionExtensions
{
    /// <summary>Adds the model <see cref="EnsembleModelPlugin.Id"/>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddEnsembleModel(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, EnsembleModelPlugin>();
}

using MbMix.Model.Sobolev;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the dynamics models in a program that embeds MbMix.</summary>
public static class SobolevModelServiceCollectionExtensions
{
    /// <summary>Adds the models <c>mbmix/sobolev-mlp-v1</c> and <c>mbmix/exact-v1</c>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddSobolevModels(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, SobolevModelPlugin>();
}

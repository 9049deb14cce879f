using MbMix.Algo.MBMIX;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers MB-MIX in a program that embeds MbMix.</summary>
public static class MbMixAlgorithmServiceCollectionExtensions
{
    /// <summary>Adds the algorithm MB-MIX; <c>AddSobolevModels</c> adds the dynamics models that it uses.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddMbMixAlgorithm(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, MbMixAlgorithmPlugin>();
}

using MbMix.Algo.MBMIX;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers MB-MIX in a program that embeds MbMix.</summary>
public static class MbMixAlgorithmServiceCollectionExtensions
{
    /// <summary>Adds the algorithm MB-MIX; its models come with <c>AddSobolevModels</c>.</summary>
    public static IServiceCollection AddMbMixAlgorithm(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, MbMixAlgorithmPlugin>();
}

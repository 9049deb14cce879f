using MbMix.Algo.MBMIX;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds MB-MIX to an embedding program.</summary>
public static class MbMixAlgorithmServiceCollectionExtensions
{
    /// <summary>Adds the algorithm MB-MIX; its models come with <c>AddSobolevModels</c>.</summary>
    public static IServiceCollection AddMbMixAlgorithm(this IServiceCollection services) => services.AddSingleton<MbMix.IMbMixPlugin, MbMixAlgorithmPlugin>();
}

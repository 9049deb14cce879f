using MbMix.Algo.DreamerV3;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers DreamerV3 in a program that embeds MbMix.</summary>
public static class DreamerV3ServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="DreamerV3Plugin.Id"/>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddDreamerV3(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, DreamerV3Plugin>();
}

using MbMix.Algo.PPO;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers PPO in a program that embeds MbMix.</summary>
public static class PpoServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="PpoPlugin.Id"/>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddPpo(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, PpoPlugin>();
}

using MbMix.Algo.PPO;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds PPO to an embedding program.</summary>
public static class PpoServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="PpoPlugin.Id"/>.</summary>
    public static IServiceCollection AddPpo(this IServiceCollection services) => services.AddSingleton<MbMix.IMbMixPlugin, PpoPlugin>();
}

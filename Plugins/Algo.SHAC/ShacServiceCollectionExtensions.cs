using MbMix.Algo.SHAC;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds SHAC to an embedding program.</summary>
public static class ShacServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="ShacPlugin.Id"/>.</summary>
    public static IServiceCollection AddShac(this IServiceCollection services) => services.AddSingleton<MbMix.IMbMixPlugin, ShacPlugin>();
}

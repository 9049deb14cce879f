using MbMix.Algo.SHAC;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers SHAC in a program that embeds MbMix.</summary>
public static class ShacServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="ShacPlugin.Id"/>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddShac(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, ShacPlugin>();
}

using MbMix.Algo.MAAC;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers MAAC in a program that embeds MbMix.</summary>
public static class MaacServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="MaacPlugin.Id"/>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddMaac(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, MaacPlugin>();
}

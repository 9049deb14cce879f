using MbMix.Algo.SAC;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers SAC in a program that embeds MbMix.</summary>
public static class SacServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="SacPlugin.Id"/>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddSac(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, SacPlugin>();
}

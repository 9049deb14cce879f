using MbMix.Algo.LOOP;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers LOOP in a program that embeds MbMix.</summary>
public static class LoopServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="LoopPlugin.Id"/>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddLoop(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, LoopPlugin>();
}

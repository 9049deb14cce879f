using MbMix.Algo.APG;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers APG in a program that embeds MbMix.</summary>
public static class ApgServiceCollectionExtensions
{
    /// <summary>Adds the algorithm <see cref="ApgPlugin.Id"/>.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddApg(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, ApgPlugin>();
}

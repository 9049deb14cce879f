using MbMix.Sim.Native;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the environments of Sim.Native in a program that embeds MbMix.</summary>
public static class SimNativeServiceCollectionExtensions
{
    /// <summary>Adds the six tasks of the DiffRL suite, and robots from MJCF files.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddSimNative(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, SimNativePlugin>();
}

using MbMix.Sim.Native;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Sim.Native to the services of an embedding program.</summary>
public static class SimNativeServiceCollectionExtensions
{
    /// <summary>Adds the environments of Sim.Native.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddSimNative(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, SimNativePlugin>();
}

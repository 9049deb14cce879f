using MbMix.Sim.Native;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Sim.Native to an embedding program.</summary>
public static class SimNativeServiceCollectionExtensions
{
    /// <summary>Adds the environments of Sim.Native.</summary>
    public static IServiceCollection AddSimNative(this IServiceCollection services) => services.AddSingleton<MbMix.IMbMixPlugin, SimNativePlugin>();
}

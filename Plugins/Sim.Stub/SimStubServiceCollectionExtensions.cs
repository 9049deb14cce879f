using MbMix.Sim.Stub;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the stub environments in a program that embeds MbMix.</summary>
public static class SimStubServiceCollectionExtensions
{
    /// <summary>Adds the stub environments.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddSimStub(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, SimStubPlugin>();
}

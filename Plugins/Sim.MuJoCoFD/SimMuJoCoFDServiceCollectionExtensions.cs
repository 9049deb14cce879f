using MbMix.Sim.MuJoCoFD;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the MuJoCo environments in a program that embeds MbMix.</summary>
public static class SimMuJoCoFDServiceCollectionExtensions
{
    /// <summary>Adds Gymnasium's v5 tasks and the robots of the DiffRL suite, both on MuJoCo.</summary>
    /// <param name="services">The services of the program.</param>
    public static IServiceCollection AddSimMuJoCoFD(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, SimMuJoCoFDPlugin>();
}

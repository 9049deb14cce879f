using MbMix.Sim.MuJoCoFD;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Sim.MuJoCoFD to a program that embeds MbMix.</summary>
public static class SimMuJoCoFDServiceCollectionExtensions
{
    /// <summary>Adds the MuJoCo environments.</summary>
    public static IServiceCollection AddSimMuJoCoFD(this IServiceCollection services) =>
        services.AddSingleton<MbMix.IMbMixPlugin, SimMuJoCoFDPlugin>();
}

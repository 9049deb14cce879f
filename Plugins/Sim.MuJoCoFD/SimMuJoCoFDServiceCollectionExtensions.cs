using MbMix.Sim.MuJoCoFD;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Sim.MuJoCoFD to an embedding program.</summary>
public static class SimMuJoCoFDServiceCollectionExtensions
{
    /// <summary>Adds the environments of Sim.MuJoCoFD.</summary>
    public static IServiceCollection AddSimMuJoCoFD(this IServiceCollection services) => services.AddSingleton<MbMix.IMbMixPlugin, SimMuJoCoFDPlugin>();
}

using MbMix;
using MbMix.Numerics;
using MbMix.Simulation;
using Samples.Quadrotor;

[assembly: MbMixPlugin(typeof(QuadrotorPlugin))]

namespace Samples.Quadrotor;

/// <summary>Registers <c>samples/quadrotor-hover-v1</c>.</summary>
public sealed class QuadrotorPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<TracedEnvOptions>(
        Quadrotor.Id,
        "Fly a quadrotor to a point and hover there",
        (options, context) => TracedEnv.Create(new Quadrotor(), options, context));
}

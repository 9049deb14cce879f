using MbMix.Sim.Stub;
using MbMix.Simulation;

[assembly: MbMix.MbMixPlugin(typeof(SimStubPlugin))]

namespace MbMix.Sim.Stub;

/// <summary>Registers the stub environments: tiny tasks that are known in closed form.</summary>
public sealed class SimStubPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        void Add(string id, string description, Func<ITracedEnvironment> equations) =>
            registry.AddEnvironment<TracedEnvOptions>(
                id, description, (options, context) => TracedEnv.Create(equations(), options, context));

        Add(
            LinearQuadratic.Id,
            "Linear dynamics and quadratic cost; the best return is known from the Riccati equation.",
            () => new LinearQuadratic());
        Add(
            PointMass.Id,
            "A point mass in the plane, pushed to a target with bounded force; ends if it strays too far.",
            () => new PointMass());
        Add(
            OneBounce.Id,
            "A ball that is dropped, bounces once and is steered sideways; gradients across the impact are known.",
            () => new OneBounce());
    }
}

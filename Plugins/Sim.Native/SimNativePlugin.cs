using MbMix.Sim.Native;
using MbMix.Simulation;

[assembly: MbMix.MbMixPlugin(typeof(SimNativePlugin))]

namespace MbMix.Sim.Native;

/// <summary>The environments of Sim.Native.</summary>
public sealed class SimNativePlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        Add(registry, CartPoleSwingUp.Id, "Swing a pole up with a cart and keep it there (DiffRL suite).", o => new CartPoleSwingUp(o));
        Add(registry, "diffrl/hopper-v1", "Planar one-legged hopper, to hop along x (DiffRL suite).", PlanarTask.Hopper);
        Add(registry, "diffrl/cheetah-v1", "Planar cheetah, to run along x (DiffRL suite).", PlanarTask.Cheetah);
        Add(registry, FloatingTaskTraits.Ant.Id, "Four-legged ant, to run along x (DiffRL suite).", o => new FloatingTask(FloatingTaskTraits.Ant, o));
        Add(registry, FloatingTaskTraits.Humanoid.Id, "Humanoid with 21 motors, to run along x (DiffRL suite).", o => new FloatingTask(FloatingTaskTraits.Humanoid, o));
        Add(registry, FloatingTaskTraits.SnuHumanoid.Id, "Lower body with 152 muscles, to run along x (DiffRL suite).", o => new FloatingTask(FloatingTaskTraits.SnuHumanoid, o));
    }

    private static void Add(IPluginRegistry registry, string id, string description, Func<DiffRlOptions, ITracedEnvironment> equations)
        => registry.AddEnvironment<DiffRlOptions>(id, description, (options, context) => TracedEnv.Create(equations(options), options, context));
}

using MbMix.Learning;
using MbMix.Sim.Native;

[assembly: MbMix.MbMixPlugin(typeof(SimNativePlugin))]

namespace MbMix.Sim.Native;

/// <summary>The environments of Sim.Native.</summary>
public sealed class SimNativePlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        registry.AddEnvironment<CartPoleOptions>(
            CartPoleSwingUp.Id,
            "Swing a pole up with a cart and keep it there (DiffRL suite).",
            (options, context) => TracedEnv.Create(new CartPoleSwingUp(options), options, context));
    }
}

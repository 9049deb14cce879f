using MbMix;
using Samples.Pendulum;

[assembly: MbMixPlugin(typeof(PendulumPlugin))]

namespace Samples.Pendulum;

/// <summary>Registers <c>samples/pendulum-swingup-v1</c>.</summary>
public sealed class PendulumPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<PendulumOptions>(
        PendulumEnv.Id,
        "Swing up a pendulum with a motor too weak to lift it at once",
        (options, _) => new PendulumEnv(options));
}

using MbMix.Learning;

namespace MbMix.Sim.Native;

/// <summary>Options of the cart-pole swing-up.</summary>
public sealed class CartPoleOptions : TracedEnvOptions
{
    /// <summary>Start at random around hanging down, as training does. Default true; false: at rest, hanging, cart in the middle.</summary>
    public bool RandomStart { get; set; } = true;
}

namespace MbMix.Sim.Native;

/// <summary>Options of the cart-pole swing-up.</summary>
public sealed class CartPoleOptions
{
    /// <summary>Start at random around hanging down, as training does. Default true; false: at rest, hanging, cart in the middle.</summary>
    public bool RandomStart { get; set; } = true;

    /// <summary>Floating-point type: single for training, double for checks. Default single.</summary>
    public Differentiation.Precision Precision { get; set; } = Differentiation.Precision.Single;

    /// <summary>SIMD width to force, for tests. Default: the widest the machine has. Results do not depend on it.</summary>
    public Differentiation.VectorWidth Width { get; set; } = Differentiation.VectorWidth.Auto;

    /// <summary>Interpret the physics instead of compiling it. Default false. Same results, slower.</summary>
    public bool Interpret { get; set; }
}

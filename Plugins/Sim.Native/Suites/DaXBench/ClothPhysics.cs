namespace MbMix.Sim.Native;

/// <summary>Variants of the physics of the cloth tasks.</summary>
public enum ClothPhysics
{
    /// <summary>As published.</summary>
    Published,

    /// <summary>Gravity acts once, and the table stops what falls on it.</summary>
    Mended,
}

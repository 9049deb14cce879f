namespace MbMix.Sim.Native;

/// <summary>What the actions of the cloth tasks are.</summary>
public enum ClothActions
{
    /// <summary>Points in the box.</summary>
    Points,

    /// <summary>Arguments of a sigmoid, from -1 to 1.</summary>
    Published,
}

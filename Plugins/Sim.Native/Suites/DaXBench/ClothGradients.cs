namespace MbMix.Sim.Native;

/// <summary>What the gradients of the cloth tasks are.</summary>
public enum ClothGradients
{
    /// <summary>Those of the simulation.</summary>
    True,

    /// <summary>
    /// Those of motion that cannot grow: springs that are pressed together keep their direction, and friction only
    /// slows.
    /// </summary>
    Stable,

    /// <summary>
    /// Those of the simulation, of positions and velocities normalized in every substep, as published.
    /// </summary>
    Normalized,
}

namespace MbMix.Sim.Native;

/// <summary>What a cloth is made of, and how it moves. Every particle has a mass of 1.</summary>
/// <param name="Stiffness">Force of a spring that is stretched to twice its length.</param>
/// <param name="Friction">Coefficient of friction on the table.</param>
/// <param name="Period">Duration of a substep [s].</param>
internal sealed record ClothMaterial(double Stiffness, double Friction, double Period)
{
    /// <summary>Rate at which motion dies out [1/s].</summary>
    public double Damping { get; init; } = 2;

    /// <summary>Largest speed of a particle along each axis [m/s].</summary>
    public double TopSpeed { get; init; } = 2;

    /// <summary>The published gravity [m/s^2], which acts twice in every substep.</summary>
    public double Gravity { get; init; } = 0.5;

    /// <summary>
    /// Whether gravity acts once, with twice the strength, and the table stops particles, instead of only setting their
    /// height to 0.
    /// </summary>
    public bool Mended { get; init; }
}

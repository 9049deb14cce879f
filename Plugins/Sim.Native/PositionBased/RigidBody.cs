namespace MbMix.Sim.Native;

/// <summary>A rigid body of a <see cref="PositionBasedWorld"/>.</summary>
/// <param name="Name">Its name.</param>
internal sealed record RigidBody(string Name)
{
    /// <summary>Mass [kg]. Default 1.</summary>
    public double Mass { get; init; } = 1;

    /// <summary>Moments of inertia about the center of mass and the axes of the world [kg m^2]. Default 1.</summary>
    /// <remarks>They do not turn with the body, so those of a body that turns have to be equal.</remarks>
    public double[] Inertia { get; init; } = [1, 1, 1];

    /// <summary>Whether nothing but the caller moves it.</summary>
    public bool Frozen { get; init; }

    /// <summary>Reciprocals of mass and inertia, as terms take them.</summary>
    public double[] Inverses => [1 / Mass, .. Inertia.Select(i => 1 / i)];
}

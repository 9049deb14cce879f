using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Reciprocals of the mass and of the moments of inertia of a body.</summary>
/// <param name="Mass">1 / mass.</param>
/// <param name="Inertia">1 / moments of inertia about the axes of the world.</param>
internal readonly record struct Inverses<T>(T Mass, Vector3<T> Inertia)
    where T : struct, IScalar<T>
{
    /// <summary>Reads the four numbers of <see cref="RigidBody.Inverses"/>.</summary>
    public static Inverses<T> From(ReadOnlySpan<T> p) => new(p[0], new(p[1], p[2], p[3]));

    /// <summary>How a torque turns the body.</summary>
    public Vector3<T> Turn(Vector3<T> torque) =>
        new(Inertia.X * torque.X, Inertia.Y * torque.Y, Inertia.Z * torque.Z);

    /// <summary>How much a unit force in a direction moves the point it acts on.</summary>
    /// <param name="arm">The point, from the center of mass [m].</param>
    /// <param name="direction">A unit vector.</param>
    public T Along(Vector3<T> arm, Vector3<T> direction)
    {
        var torque = Vector3<T>.Cross(arm, direction);
        return Mass + Vector3<T>.Dot(torque, Turn(torque));
    }

    /// <summary>How much a unit torque turns the body about an axis.</summary>
    /// <param name="axis">A unit vector.</param>
    public T About(Vector3<T> axis) => Vector3<T>.Dot(axis, Turn(axis));
}

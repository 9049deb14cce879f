using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Where a rigid body is and how it moves, in world axes.</summary>
/// <param name="Position">Position of the center of mass [m].</param>
/// <param name="Orientation">A unit quaternion.</param>
/// <param name="Velocity">Velocity of the center of mass [m/s].</param>
/// <param name="Turning">Angular velocity [rad/s].</param>
internal readonly record struct BodyState<T>(
    Vector3<T> Position, Quaternion<T> Orientation, Vector3<T> Velocity, Vector3<T> Turning)
    where T : struct, IScalar<T>
{
    /// <summary>Number of components in a state vector.</summary>
    public const int Size = 13;

    /// <summary>A body that does not move or turn.</summary>
    public static BodyState<T> Resting(Vector3<T> position) =>
        new(position, Quaternion<T>.Identity, Vector3<T>.Zero, Vector3<T>.Zero);

    /// <summary>Reads position, quaternion (x, y, z, w), velocity and angular velocity.</summary>
    public static BodyState<T> From(ReadOnlySpan<T> s) => new(
        new(s[0], s[1], s[2]), Quaternion<T>.From(s[3..]), new(s[7], s[8], s[9]), new(s[10], s[11], s[12]));

    /// <summary>Writes the components in the order of <see cref="From"/>.</summary>
    public void CopyTo(Span<T> s)
    {
        (s[0], s[1], s[2]) = (Position.X, Position.Y, Position.Z);
        Orientation.CopyTo(s[3..]);
        (s[7], s[8], s[9]) = (Velocity.X, Velocity.Y, Velocity.Z);
        (s[10], s[11], s[12]) = (Turning.X, Turning.Y, Turning.Z);
    }
}

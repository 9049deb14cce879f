using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Where a <see cref="GroundPoint"/> touches the plane z = 0.</summary>
/// <param name="Arm">Its lowest point, from the center of the body [m].</param>
/// <param name="Local">The same point in the frame of the body [m].</param>
/// <param name="Depth">How deep it is in the ground [m].</param>
internal readonly record struct GroundTouch<T>(Vector3<T> Arm, Vector3<T> Local, T Depth)
    where T : struct, IScalar<T>
{
    /// <summary>Numbers of a point: its center and radius, the inverses of the body, friction.</summary>
    public const int Parameters = 9;

    /// <summary>Finds the point.</summary>
    /// <param name="position">Position of the body.</param>
    /// <param name="rotation">Its rotation.</param>
    /// <param name="point">Center and radius.</param>
    public static GroundTouch<T> Of(Vector3<T> position, Matrix3<T> rotation, ReadOnlySpan<T> point)
    {
        var local = Vectors.Read(point) - (point[3] * rotation.Row2);
        var arm = (rotation * Vectors.Read(point)) - new Vector3<T>(0, 0, point[3]);
        return new(arm, local, -(position.Z + arm.Z));
    }

    /// <summary>The contact.</summary>
    /// <param name="arm">The point, from the center of the body.</param>
    /// <param name="parameters">Numbers of the point.</param>
    public static Touch<T> At(Vector3<T> arm, ReadOnlySpan<T> parameters) => new(
        Inverses<T>.From(parameters[4..]), arm, new(0, Vector3<T>.Zero), Vector3<T>.Zero);
}

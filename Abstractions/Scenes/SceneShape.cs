using System.Numerics;

namespace MbMix;

/// <summary>A rigid shape that is attached to a body or stands in the world.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Its size [m], in the order that <see cref="ShapeKind"/> gives; the rest is 0.</param>
public sealed record SceneShape(ShapeKind Kind, Vector3 Size)
{
    /// <summary>Index in <see cref="Scene.Bodies"/>; -1 for the world.</summary>
    public int Body { get; init; } = -1;

    /// <summary>Where its origin is in the frame of the body, or in the world [m].</summary>
    public Vector3 Position { get; init; }

    /// <summary>Its orientation in the frame of the body, or in the world: a unit quaternion (x, y, z, w).</summary>
    public Quaternion Rotation { get; init; } = Quaternion.Identity;

    /// <summary>Red, green, blue and opacity, each 0 to 1; null for the viewer's choice.</summary>
    public Vector4? Color { get; init; }

    /// <summary>Vertices of a mesh in its own frame [m].</summary>
    public IReadOnlyList<Vector3> Vertices { get; init; } = [];

    /// <summary>Three indices of vertices per triangle of a mesh, counterclockwise seen from outside.</summary>
    public IReadOnlyList<int> Triangles { get; init; } = [];

    /// <summary>A capsule between two points.</summary>
    /// <param name="body">Index of the body; -1 for the world.</param>
    /// <param name="from">One end of its axis, in the frame of the body [m].</param>
    /// <param name="to">The other end [m].</param>
    /// <param name="radius">Radius [m].</param>
    public static SceneShape CapsuleBetween(int body, Vector3 from, Vector3 to, float radius)
    {
        var along = to - from;
        float length = along.Length();
        return new(ShapeKind.Capsule, new(radius, length / 2, 0))
        {
            Body = body,
            Position = (from + to) / 2,
            Rotation = length > 0 ? FromZ(along / length) : Quaternion.Identity,
        };
    }

    /// <summary>The shortest rotation that takes the z axis, which is the axis of a shape, to a direction.</summary>
    /// <param name="direction">A unit vector.</param>
    public static Quaternion FromZ(Vector3 direction) => direction.Z < -0.999999f
        ? new(1, 0, 0, 0)
        : Quaternion.Normalize(new(-direction.Y, direction.X, 0, 1 + direction.Z));
}

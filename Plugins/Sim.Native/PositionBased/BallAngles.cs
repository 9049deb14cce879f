using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The three angles of a ball joint: about x of the parent, then about the line of nodes, then about z of the child.
/// They are not defined where x of the parent and z of the child are parallel.
/// </summary>
/// <param name="Nodes">Direction of the line of nodes.</param>
/// <param name="First">Angle about x of the parent [rad].</param>
/// <param name="Second">Angle about the line of nodes [rad].</param>
/// <param name="Third">Angle about z of the child [rad].</param>
internal readonly record struct BallAngles<T>(Vector3<T> Nodes, T First, T Second, T Third)
    where T : struct, IScalar<T>
{
    /// <summary>Computes the angles.</summary>
    /// <param name="x">x axis of the parent.</param>
    /// <param name="y">y axis of the parent.</param>
    /// <param name="childY">y axis of the child.</param>
    /// <param name="childZ">z axis of the child.</param>
    public static BallAngles<T> Of(Vector3<T> x, Vector3<T> y, Vector3<T> childY, Vector3<T> childZ)
    {
        var across = Vector3<T>.Cross(childZ, x);
        var (width, nodes) = Lengths.Split(across);
        T first = T.Atan2(Vector3<T>.Dot(Vector3<T>.Cross(x, y), nodes), Vector3<T>.Dot(y, nodes));
        T second = T.Atan2(Vector3<T>.Dot(x, childZ), width);
        T third = T.Atan2(Vector3<T>.Dot(Vector3<T>.Cross(nodes, childY), childZ), Vector3<T>.Dot(nodes, childY));
        return new(nodes, first, second, third);
    }
}

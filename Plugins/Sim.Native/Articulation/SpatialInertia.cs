using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>The inertia of a rigid body, or of several that move as one, about the world origin in world axes.</summary>
/// <param name="Mass">Mass m.</param>
/// <param name="First">First moment: m times the center of mass.</param>
/// <param name="Diagonal">Second moments xx, yy, zz about the origin.</param>
/// <param name="Products">Second moments xy, xz, yz about the origin, with the sign they have in the matrix.</param>
internal readonly record struct SpatialInertia<T>(T Mass, Vector3<T> First, Vector3<T> Diagonal, Vector3<T> Products)
    where T : struct, IScalar<T>
{
    public static SpatialInertia<T> Zero => new(0, Vector3<T>.Zero, Vector3<T>.Zero, Vector3<T>.Zero);

    public static SpatialInertia<T> operator +(SpatialInertia<T> a, SpatialInertia<T> b)
        => new(a.Mass + b.Mass, a.First + b.First, a.Diagonal + b.Diagonal, a.Products + b.Products);

    /// <summary>Momentum of a body that moves with v.</summary>
    public static SpatialVector<T> operator *(SpatialInertia<T> i, SpatialVector<T> v)
    {
        Vector3<T> w = v.Angular, d = i.Diagonal, p = i.Products;
        var turning = new Vector3<T>(
            (d.X * w.X) + (p.X * w.Y) + (p.Y * w.Z),
            (p.X * w.X) + (d.Y * w.Y) + (p.Z * w.Z),
            (p.Y * w.X) + (p.Z * w.Y) + (d.Z * w.Z));
        return new(turning + Vector3<T>.Cross(i.First, v.Linear), (i.Mass * v.Linear) - Vector3<T>.Cross(i.First, w));
    }

    /// <summary>The inertia of a link at a pose.</summary>
    /// <param name="link">The link.</param>
    /// <param name="rotation">Orientation R of the link.</param>
    /// <param name="center">Its center of mass c in the world.</param>
    public static SpatialInertia<T> Of(LinkDescription link, Matrix3<T> rotation, Vector3<T> center)
    {
        double[] local = link.Inertia;
        var about = new Matrix3<T>(
            new(local[0], local[3], local[4]),
            new(local[3], local[1], local[5]),
            new(local[4], local[5], local[2]));
        var turned = rotation * about * rotation.Transposed;

        // parallel axes: I + m (c.c 1 - c c')
        T m = link.Mass;
        var first = m * center;
        T xx = first.X * center.X, yy = first.Y * center.Y, zz = first.Z * center.Z;
        return new(
            m,
            first,
            new(turned.Row0.X + yy + zz, turned.Row1.Y + xx + zz, turned.Row2.Z + xx + yy),
            new(turned.Row0.Y - (first.X * center.Y), turned.Row0.Z - (first.X * center.Z), turned.Row1.Z - (first.Y * center.Z)));
    }
}

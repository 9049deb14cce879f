using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The inertia of a rigid body, or of several that move as one, about the world origin in world axes.
/// </summary>
/// <typeparam name="T">The scalar type.</typeparam>
/// <param name="Mass">Mass m [kg].</param>
/// <param name="First">First moment: m times the center of mass [kg m].</param>
/// <param name="Diagonal">Moments of inertia xx, yy, zz about the origin [kg m^2].</param>
/// <param name="Products">Entries xy, xz, yz of the inertia matrix about the origin [kg m^2].</param>
internal readonly record struct SpatialInertia<T>(T Mass, Vector3<T> First, Vector3<T> Diagonal, Vector3<T> Products)
    where T : struct, IScalar<T>
{
    public static SpatialInertia<T> Zero => new(0, Vector3<T>.Zero, Vector3<T>.Zero, Vector3<T>.Zero);

    public static SpatialInertia<T> operator +(SpatialInertia<T> a, SpatialInertia<T> b)
        => new(a.Mass + b.Mass, a.First + b.First, a.Diagonal + b.Diagonal, a.Products + b.Products);

    /// <summary>Momentum of a body with inertia i that moves with v.</summary>
    public static SpatialVector<T> operator *(SpatialInertia<T> i, SpatialVector<T> v)
    {
        Vector3<T> w = v.Angular, d = i.Diagonal, p = i.Products;
        var turning = new Vector3<T>(
            (d.X * w.X) + (p.X * w.Y) + (p.Y * w.Z),
            (p.X * w.X) + (d.Y * w.Y) + (p.Z * w.Z),
            (p.Y * w.X) + (p.Z * w.Y) + (d.Z * w.Z));
        return new(turning + Vector3<T>.Cross(i.First, v.Linear), (i.Mass * v.Linear) - Vector3<T>.Cross(i.First, w));
    }

    /// <summary>The inertia of a rigid body at a pose.</summary>
    /// <param name="mass">Mass m [kg].</param>
    /// <param name="local">
    /// Inertia about the center of mass in the body's axes: xx, yy, zz, xy, xz, yz [kg m^2].
    /// </param>
    /// <param name="rotation">Orientation of the body.</param>
    /// <param name="center">Center of mass c in the world [m].</param>
    public static SpatialInertia<T> Of(double mass, double[] local, Matrix3<T> rotation, Vector3<T> center)
    {
        var about = new Matrix3<T>(
            new(local[0], local[3], local[4]),
            new(local[3], local[1], local[5]),
            new(local[4], local[5], local[2]));
        var turned = rotation * about * rotation.Transposed;

        // parallel axis theorem: I + m (c.c 1 - c c')
        T m = mass;
        var first = m * center;
        T xx = first.X * center.X, yy = first.Y * center.Y, zz = first.Z * center.Z;
        return new(
            m,
            first,
            new(turned.Row0.X + yy + zz, turned.Row1.Y + xx + zz, turned.Row2.Z + xx + yy),
            new(
                turned.Row0.Y - (first.X * center.Y),
                turned.Row0.Z - (first.X * center.Z),
                turned.Row1.Z - (first.Y * center.Z)));
    }
}

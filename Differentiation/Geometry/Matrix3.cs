namespace MbMix.Differentiation;

/// <summary>A 3 by 3 matrix, such as a rotation.</summary>
/// <typeparam name="T">The scalar type.</typeparam>
/// <param name="Row0">First row.</param>
/// <param name="Row1">Second row.</param>
/// <param name="Row2">Third row.</param>
public readonly record struct Matrix3<T>(Vector3<T> Row0, Vector3<T> Row1, Vector3<T> Row2)
    where T : struct, IScalar<T>
{
    /// <summary>The identity.</summary>
    public static Matrix3<T> Identity => new(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1));

    /// <summary>The transpose; for a rotation, the inverse.</summary>
    public Matrix3<T> Transposed => new(
        new(Row0.X, Row1.X, Row2.X),
        new(Row0.Y, Row1.Y, Row2.Y),
        new(Row0.Z, Row1.Z, Row2.Z));

    /// <summary>Matrix times vector.</summary>
    public static Vector3<T> operator *(Matrix3<T> m, Vector3<T> v)
        => new(Vector3<T>.Dot(m.Row0, v), Vector3<T>.Dot(m.Row1, v), Vector3<T>.Dot(m.Row2, v));

    /// <summary>Matrix product.</summary>
    public static Matrix3<T> operator *(Matrix3<T> a, Matrix3<T> b)
    {
        var t = b.Transposed;
        return new(t * a.Row0, t * a.Row1, t * a.Row2);
    }

    /// <summary>
    /// The rotation by an angle [rad] about a constant unit axis (Rodrigues' formula). Entries that do not depend on
    /// the angle are constants in the graph.
    /// </summary>
    public static Matrix3<T> Rotation(ReadOnlySpan<double> axis, T angle)
    {
        T s = T.Sin(angle), c = T.Cos(angle), d = (T)1 - c;
        double x = axis[0], y = axis[1], z = axis[2];
        T Diagonal(double a) => Math.Abs(a) == 1 ? 1 : c + ((T)(a * a) * d);
        return new(
            new(Diagonal(x), ((T)(x * y) * d) - ((T)z * s), ((T)(x * z) * d) + ((T)y * s)),
            new(((T)(x * y) * d) + ((T)z * s), Diagonal(y), ((T)(y * z) * d) - ((T)x * s)),
            new(((T)(x * z) * d) - ((T)y * s), ((T)(y * z) * d) + ((T)x * s), Diagonal(z)));
    }

    /// <summary>
    /// The rotation of a constant quaternion (x, y, z, w), which is normalized first. Entries within 1e-7 of -1, 0 or 1
    /// are rounded to that value.
    /// </summary>
    public static Matrix3<T> FromQuaternion(ReadOnlySpan<double> q)
    {
        double n = Math.Sqrt((q[0] * q[0]) + (q[1] * q[1]) + (q[2] * q[2]) + (q[3] * q[3]));
        double x = q[0] / n, y = q[1] / n, z = q[2] / n, w = q[3] / n;
        static T Snap(double v) => Math.Abs(v - Math.Round(v)) < 1e-7 ? Math.Round(v) : v;
        return new(
            new(Snap(1 - (2 * ((y * y) + (z * z)))), Snap(2 * ((x * y) - (z * w))), Snap(2 * ((x * z) + (y * w)))),
            new(Snap(2 * ((x * y) + (z * w))), Snap(1 - (2 * ((x * x) + (z * z)))), Snap(2 * ((y * z) - (x * w)))),
            new(Snap(2 * ((x * z) - (y * w))), Snap(2 * ((y * z) + (x * w))), Snap(1 - (2 * ((x * x) + (y * y))))));
    }
}

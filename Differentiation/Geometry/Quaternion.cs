namespace MbMix.Differentiation;

/// <summary>A quaternion (x, y, z, w); it is a rotation if its norm is 1.</summary>
/// <typeparam name="T">The scalar type.</typeparam>
/// <param name="Vector">Vector part (x, y, z).</param>
/// <param name="W">Scalar part.</param>
public readonly record struct Quaternion<T>(Vector3<T> Vector, T W)
    where T : struct, IScalar<T>
{
    /// <summary>The identity rotation.</summary>
    public static Quaternion<T> Identity => new(Vector3<T>.Zero, 1);

    /// <summary>The conjugate; for a unit quaternion, the inverse rotation.</summary>
    public Quaternion<T> Conjugate => new(-Vector, W);

    /// <summary>The product: the rotation on the right applied first, then the one on the left.</summary>
    public static Quaternion<T> operator *(Quaternion<T> a, Quaternion<T> b) => new(
        (a.W * b.Vector) + (b.W * a.Vector) + Vector3<T>.Cross(a.Vector, b.Vector),
        (a.W * b.W) - Vector3<T>.Dot(a.Vector, b.Vector));

    /// <summary>Reads four components in the order of a state: (x, y, z, w).</summary>
    public static Quaternion<T> From(ReadOnlySpan<T> q) => new(new(q[0], q[1], q[2]), q[3]);

    /// <summary>
    /// A constant rotation, normalized. Components whose absolute value is within 1e-7 of 0, 1 or the square root of
    /// one half are rounded to it, so that quarter turns leave exact zeros in the graph.
    /// </summary>
    public static Quaternion<T> Constant(ReadOnlySpan<double> q)
    {
        double n = Math.Sqrt((q[0] * q[0]) + (q[1] * q[1]) + (q[2] * q[2]) + (q[3] * q[3]));
        Span<double> u = stackalloc double[4];
        for (int i = 0; i < 4; i++)
        {
            u[i] = q[i] / n;
            foreach (double exact in (ReadOnlySpan<double>)[0, 1, Math.Sqrt(0.5)])
            {
                if (Math.Abs(Math.Abs(u[i]) - exact) < 1e-7) u[i] = Math.CopySign(exact, u[i]);
            }
        }
        return new(new(u[0], u[1], u[2]), u[3]);
    }

    /// <summary>The rotation by an angle [rad] about a constant unit axis.</summary>
    public static Quaternion<T> Rotation(ReadOnlySpan<double> axis, T angle)
    {
        T half = (T)0.5 * angle;
        return new(T.Sin(half) * Vector3<T>.From(axis), T.Cos(half));
    }

    /// <summary>
    /// The matrix that rotates vectors and scales them by the squared norm: (w^2 - v.v) 1 + 2 w [v]x + 2 v v'. For a
    /// unit quaternion it is the rotation matrix. For any two quaternions, the matrix of the product is the product of
    /// the matrices.
    /// </summary>
    public Matrix3<T> ToMatrix()
    {
        T x2 = (T)2 * Vector.X, y2 = (T)2 * Vector.Y, z2 = (T)2 * Vector.Z;
        T diagonal = (W * W) - Vector3<T>.Dot(Vector, Vector);
        T xy = x2 * Vector.Y, xz = x2 * Vector.Z, yz = y2 * Vector.Z, wx = W * x2, wy = W * y2, wz = W * z2;
        return new(
            new(diagonal + (x2 * Vector.X), xy - wz, xz + wy),
            new(xy + wz, diagonal + (y2 * Vector.Y), yz - wx),
            new(xz - wy, yz + wx, diagonal + (z2 * Vector.Z)));
    }

    /// <summary>The quaternion scaled to norm 1; its norm must not be near 0.</summary>
    public Quaternion<T> Normalized()
    {
        T scale = (T)1 / T.Sqrt(Vector3<T>.Dot(Vector, Vector) + (W * W));
        return new(scale * Vector, scale * W);
    }

    /// <summary>Writes the components in the order of a state: (x, y, z, w).</summary>
    public void CopyTo(Span<T> q)
    {
        q[0] = Vector.X;
        q[1] = Vector.Y;
        q[2] = Vector.Z;
        q[3] = W;
    }
}

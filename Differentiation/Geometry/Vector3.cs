namespace MbMix.Differentiation;

/// <summary>A vector in three dimensions.</summary>
/// <typeparam name="T">The scalar type.</typeparam>
/// <param name="X">First component.</param>
/// <param name="Y">Second component.</param>
/// <param name="Z">Third component.</param>
public readonly record struct Vector3<T>(T X, T Y, T Z)
    where T : struct, IScalar<T>
{
    /// <summary>The zero vector.</summary>
    public static Vector3<T> Zero => new(0, 0, 0);

    /// <summary>A constant vector.</summary>
    public static Vector3<T> From(ReadOnlySpan<double> v) => new(v[0], v[1], v[2]);

    /// <summary>Sum.</summary>
    public static Vector3<T> operator +(Vector3<T> a, Vector3<T> b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>Difference.</summary>
    public static Vector3<T> operator -(Vector3<T> a, Vector3<T> b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>Negation.</summary>
    public static Vector3<T> operator -(Vector3<T> a) => new(-a.X, -a.Y, -a.Z);

    /// <summary>Product with a scalar.</summary>
    public static Vector3<T> operator *(T s, Vector3<T> a) => new(s * a.X, s * a.Y, s * a.Z);

    /// <summary>Dot product.</summary>
    public static T Dot(Vector3<T> a, Vector3<T> b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    /// <summary>Cross product.</summary>
    public static Vector3<T> Cross(Vector3<T> a, Vector3<T> b)
        => new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));
}

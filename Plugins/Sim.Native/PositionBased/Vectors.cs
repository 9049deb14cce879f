using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Vectors and matrices as consecutive numbers.</summary>
internal static class Vectors
{
    /// <summary>Reads a vector.</summary>
    public static Vector3<T> Read<T>(ReadOnlySpan<T> v)
        where T : struct, IScalar<T> => new(v[0], v[1], v[2]);

    /// <summary>Reads a matrix by rows.</summary>
    public static Matrix3<T> ReadMatrix<T>(ReadOnlySpan<T> m)
        where T : struct, IScalar<T> => new(Read(m), Read(m[3..]), Read(m[6..]));

    /// <summary>Writes a vector.</summary>
    public static void Write<T>(Vector3<T> v, Span<T> to)
        where T : struct, IScalar<T> => (to[0], to[1], to[2]) = (v.X, v.Y, v.Z);

    /// <summary>Appends vectors to a list of values.</summary>
    public static void AddAll<T>(this List<T> values, params ReadOnlySpan<Vector3<T>> vectors)
        where T : struct, IScalar<T>
    {
        foreach (var v in vectors) values.AddRange([v.X, v.Y, v.Z]);
    }

    /// <summary>Appends a matrix to a list of values.</summary>
    public static void AddMatrix<T>(this List<T> values, Matrix3<T> m)
        where T : struct, IScalar<T> => values.AddAll(m.Row0, m.Row1, m.Row2);
}

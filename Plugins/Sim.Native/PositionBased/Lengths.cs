using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Lengths and directions of vectors that may vanish.</summary>
internal static class Lengths
{
    /// <summary>Added to what is divided by, as the published formulas do.</summary>
    public const double Tiny = 1e-6;

    // what is shorter than 1e-10 has length and derivative 0
    private const double Nothing = 1e-20;

    /// <summary>Length of a vector; value and derivative are 0 at 0.</summary>
    public static T Of<T>(Vector3<T> v)
        where T : struct, IScalar<T>
    {
        T square = Vector3<T>.Dot(v, v);
        var some = square > Nothing;
        return T.Select(some, T.Sqrt(T.Select(some, square, 1)), 0);
    }

    /// <summary>Length of a vector and the vector divided by slightly more than it.</summary>
    public static (T Length, Vector3<T> Direction) Split<T>(Vector3<T> v)
        where T : struct, IScalar<T>
    {
        T length = Of(v);
        return (length, ((T)1 / (length + (T)Tiny)) * v);
    }

    /// <summary>The vector times a scalar if a mask holds, else 0.</summary>
    public static Vector3<T> Where<T>(Mask<T> mask, Vector3<T> v)
        where T : struct, IScalar<T> => new(T.Select(mask, v.X, 0), T.Select(mask, v.Y, 0), T.Select(mask, v.Z, 0));
}

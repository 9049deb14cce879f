using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Where two capsules touch: between the points of their axes that are closest to each other.</summary>
/// <param name="Normal">Direction from the second to the first.</param>
/// <param name="Middle">The middle between these points, from the center of the first body [m].</param>
/// <param name="Depth">How deep they are in each other [m].</param>
internal readonly record struct CapsuleTouch<T>(Vector3<T> Normal, Vector3<T> Middle, T Depth)
    where T : struct, IScalar<T>
{
    /// <summary>Numbers of a pair: half axis and radius of both, the inverses of both bodies, friction.</summary>
    public const int Parameters = 17;

    /// <summary>Finds the point.</summary>
    /// <param name="apart">From the center of the second body to that of the first.</param>
    /// <param name="first">Rotation of the first body.</param>
    /// <param name="second">Rotation of the second.</param>
    /// <param name="pair">Half axis and radius of both.</param>
    public static CapsuleTouch<T> Of(
        Vector3<T> apart, Matrix3<T> first, Matrix3<T> second, ReadOnlySpan<T> pair)
    {
        Vector3<T> u = first * Vectors.Read(pair), v = second * Vectors.Read(pair[4..]);

        // points s u and t v of the axes, s and t in [-1, 1]: the best s for an endless second axis, the best t for
        // this s, and the best s for that t
        T uu = Vector3<T>.Dot(u, u), vv = Vector3<T>.Dot(v, v), uv = Vector3<T>.Dot(u, v);
        T ua = Vector3<T>.Dot(u, apart), va = Vector3<T>.Dot(v, apart);
        T crossed = (uu * vv) - (uv * uv), least = 1e-6 * uu * vv;
        var askew = crossed > least;
        T s = T.Select(askew, ((uv * va) - (vv * ua)) / T.Select(askew, crossed, 1), 0);
        T t = ScalarMath.Clip(((uv * ScalarMath.Clip<T>(s, -1, 1)) + va) / vv, -1, 1);
        s = ScalarMath.Clip(((uv * t) - ua) / uu, -1, 1);
        var gap = apart + (s * u) - (t * v);
        var (distance, normal) = Lengths.Split(gap);
        return new(normal, (s * u) - ((T)0.5 * gap), pair[3] + pair[7] - distance);
    }
}

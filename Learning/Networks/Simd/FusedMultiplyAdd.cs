using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MbMix.Learning;

/// <summary>
/// <c>a b + c</c>, rounded once, for machines that have no instruction for it: the same bits, several times as slow.
/// Vectors ask for the instruction themselves, because kernels that inline one more call for each product exceed what
/// the JIT inlines.
/// </summary>
internal static class FusedMultiplyAdd
{
    /// <summary>
    /// The switch of <see cref="AppContext"/> that asks for two roundings where there is no instruction for one.
    /// </summary>
    public const string Switch = "MbMix.Learning.SeparateMultiplyAdd";

    /// <summary>Whether products are rounded before they are added.</summary>
    public static readonly bool IsSeparate = !(Fma.IsSupported || AdvSimd.IsSupported)
        && AppContext.TryGetSwitch(Switch, out bool separate)
        && separate;

    /// <summary>Computes <c>a b + c</c> through doubles.</summary>
    public static Vector512<float> ThroughDoubles(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.Create(
            ThroughDoubles(a.GetLower(), b.GetLower(), c.GetLower()),
            ThroughDoubles(a.GetUpper(), b.GetUpper(), c.GetUpper()));

    /// <summary>Computes <c>a b + c</c> through doubles.</summary>
    public static Vector256<float> ThroughDoubles(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.Create(
            ThroughDoubles(a.GetLower(), b.GetLower(), c.GetLower()),
            ThroughDoubles(a.GetUpper(), b.GetUpper(), c.GetUpper()));

    /// <summary>Computes <c>a b + c</c> through doubles.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128<float> ThroughDoubles(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        var (a0, a1) = Vector128.Widen(a);
        var (b0, b1) = Vector128.Widen(b);
        var (c0, c1) = Vector128.Widen(c);
        return Vector128.Narrow(Odd(a0 * b0, c0), Odd(a1 * b1, c1));
    }

    // The product of two floats is exact in double precision, its sum with a third one is not. The rounded sum moves to
    // the neighbor with an odd last bit unless it is exact or odd; then rounding it again, to a float, gives what one
    // rounding of the exact sum would (Boldo and Melquiond 2008)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Odd(Vector128<double> p, Vector128<double> c)
    {
        var sum = p + c;
        // what was rounded off (Knuth); NaN, and of neither sign, if the sum is not finite
        var part = sum - p;
        var rest = (p - (sum - part)) + (c - part);
        var bits = sum.AsInt64();
        var above = Vector128.GreaterThan(rest, Vector128<double>.Zero).AsInt64();
        var below = Vector128.LessThan(rest, Vector128<double>.Zero).AsInt64();
        var even = Vector128.Equals(bits & Vector128<long>.One, Vector128<long>.Zero);
        // away from zero (+1) or towards it (-1)
        var away = above ^ Vector128.LessThan(sum, Vector128<double>.Zero).AsInt64();
        var step = ~(away << 1);
        return (bits + (step & even & (above | below))).AsDouble();
    }
}

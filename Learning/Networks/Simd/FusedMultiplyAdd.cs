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
    /// <remarks>
    /// The product of two floats is exact in double precision, its sum with a third one is rounded. Rounding it again,
    /// to a float, gives what one rounding would, unless the first one went to the middle between two floats, or the
    /// result is too small for all digits of a float.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128<float> ThroughDoubles(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        var (a0, a1) = Vector128.Widen(a);
        var (b0, b1) = Vector128.Widen(b);
        var (c0, c1) = Vector128.Widen(c);
        Vector128<double> p0 = a0 * b0, p1 = a1 * b1, sum0 = p0 + c0, sum1 = p1 + c1;
        var rare = Rare(sum0) | Rare(sum1);
        return rare.ExtractMostSignificantBits() == 0
            ? Vector128.Narrow(sum0, sum1)
            : Vector128.Narrow(Odd(p0, c0), Odd(p1, c1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<long> Rare(Vector128<double> sum)
    {
        // a double has 29 digits more than a float
        var middle = Vector128.Equals(sum.AsInt64() & Vector128.Create(0x1FFFFFFFL), Vector128.Create(0x10000000L));
        var size = Vector128.Abs(sum);
        var small = Vector128.LessThan(size, Vector128.Create(1.1754943508222875e-38))
            & Vector128.GreaterThan(size, Vector128<double>.Zero);
        return middle | small.AsInt64();
    }

    // The rounded sum moves to the neighbor with an odd last bit unless it is exact or odd; then rounding it again, to a
    // float, always gives what one rounding of the exact sum would (Boldo and Melquiond 2008)
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

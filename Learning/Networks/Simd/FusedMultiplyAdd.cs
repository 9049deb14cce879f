using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MbMix.Learning;

/// <summary>
/// <c>a b + c</c>, rounded once, on every machine: by an instruction where there is one, else through doubles, with the
/// same bits and several times as slow.
/// </summary>
internal static class FusedMultiplyAdd
{
    /// <summary>Whether the machine has an instruction for it.</summary>
    public static bool IsAccelerated => Fma.IsSupported || AdvSimd.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Avx512F.IsSupported ? Vector512.MultiplyAddEstimate(a, b, c) : Vector512.Create(
            Of(a.GetLower(), b.GetLower(), c.GetLower()), Of(a.GetUpper(), b.GetUpper(), c.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Fma.IsSupported ? Vector256.MultiplyAddEstimate(a, b, c) : Vector256.Create(
            Of(a.GetLower(), b.GetLower(), c.GetLower()), Of(a.GetUpper(), b.GetUpper(), c.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        IsAccelerated ? Vector128.MultiplyAddEstimate(a, b, c) : ThroughDoubles(a, b, c);

    /// <summary>The same without the instruction.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Vector128<float> ThroughDoubles(Vector128<float> a, Vector128<float> b, Vector128<float> c)
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

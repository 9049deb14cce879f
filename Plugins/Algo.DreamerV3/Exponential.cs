using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The exponential function in single precision, to about two units in the last place. That of the framework computes
/// in double precision and takes several times as long.
/// </summary>
internal static class Exponential
{
    private const float Log2E = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
    private const float Lowest = -87f, Highest = 88f;

    /// <summary>exp of each element, between exp(-87) and exp(88).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        // exp(x) = 2^n exp(r) with |r| <= ln 2 / 2, where a Taylor polynomial is enough
        // the constants come first, so that a NaN is kept
        x = Vector256.MinNative(Vector256.Create(Highest), Vector256.MaxNative(Vector256.Create(Lowest), x));
        var n = Vector256.Floor(Vector256.FusedMultiplyAdd(x, Vector256.Create(Log2E), Vector256.Create(0.5f)));
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r);
        var p = Vector256.FusedMultiplyAdd(r, Vector256.Create(1f / 5040), Vector256.Create(1f / 720));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 120));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 24));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 6));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        var scale = ((Vector256.ConvertToInt32(n) + Vector256.Create(127)) << 23).AsSingle();
        return p * scale;
    }

    /// <summary>exp of each number, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of(Span<float> values)
    {
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            Of(Vector256.Create(values[i..])).CopyTo(values[i..]);
        for (; i < values.Length; i++) values[i] = MathF.Exp(values[i]);
    }
}

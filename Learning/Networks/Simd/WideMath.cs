using System.Runtime.CompilerServices;

namespace MbMix.Learning;

/// <summary>Elementary functions of vectors, accurate to a few units in the last place; NaN stays NaN.</summary>
internal static class WideMath
{
    // ln 2 in two parts; the product of the first with a whole number below 128 is exact, so the reduction loses
    // nothing
    private const float Ln2High = 0.693145751953125f;
    private const float Ln2Low = 1.42860682030941723212e-6f;

    /// <summary>Computes <c>exp(x) - 1</c> without cancellation near 0; x is clipped to [-87, 88].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Expm1<W>(W x)
        where W : unmanaged, IWide<W>
    {
        // the constant comes first, so that a NaN in x is kept
        x = W.Minimum(W.Splat(88f), W.Maximum(W.Splat(-87f), x));
        W n = W.Round(x * W.Splat(1.44269504088896341f));
        W r = W.MultiplyAdd(n, W.Splat(-Ln2High), x);
        r = W.MultiplyAdd(n, W.Splat(-Ln2Low), r);
        // the Taylor polynomial of exp(r) - 1 for |r| up to ln(2) / 2; its first omitted term is below a tenth of a
        // unit in the last place
        W p = W.Splat(1f / 5040);
        p = W.MultiplyAdd(p, r, W.Splat(1f / 720));
        p = W.MultiplyAdd(p, r, W.Splat(1f / 120));
        p = W.MultiplyAdd(p, r, W.Splat(1f / 24));
        p = W.MultiplyAdd(p, r, W.Splat(1f / 6));
        p = W.MultiplyAdd(p, r, W.Splat(1f / 2));
        p = W.MultiplyAdd(p * r, r, r);
        W scale = W.PowerOfTwo(n);
        return W.MultiplyAdd(p, scale, scale - W.Splat(1f));
    }

    /// <summary>Hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Tanh<W>(W x)
        where W : unmanaged, IWide<W>
    {
        W e = Expm1(x + x);
        return e / (e + W.Splat(2f));
    }

    /// <summary>The logistic function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Logistic<W>(W x)
        where W : unmanaged, IWide<W>
    {
        W one = W.Splat(1f);
        return one / (W.Splat(2f) + Expm1(W.Splat(0f) - x));
    }
}

using System.Runtime.CompilerServices;

namespace MbMix.Learning;

/// <summary>Elu: x above 0, exp(x) - 1 below.</summary>
internal readonly struct WideElu : IWideActivation
{
    public static bool KeepsArgument => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Inner<W>(W x)
        where W : unmanaged, IWide<W> => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Value<W>(W x, W inner)
        where W : unmanaged, IWide<W> => W.WherePositive(x, x, WideMath.Expm1(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Slope<W>(W kept, W inner)
        where W : unmanaged, IWide<W> => W.Minimum(W.Splat(1f), kept + W.Splat(1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Curvature<W>(W kept, W inner)
        where W : unmanaged, IWide<W> => W.WherePositive(kept, W.Splat(0f), kept + W.Splat(1f));
}

/// <summary>Silu: x times the logistic function of x.</summary>
internal readonly struct WideSilu : IWideActivation
{
    public static bool KeepsArgument => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Inner<W>(W x)
        where W : unmanaged, IWide<W> => WideMath.Logistic(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Value<W>(W x, W inner)
        where W : unmanaged, IWide<W> => x * inner;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Slope<W>(W kept, W inner)
        where W : unmanaged, IWide<W> => W.MultiplyAdd(kept * inner, W.Splat(1f) - inner, inner);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Curvature<W>(W kept, W inner)
        where W : unmanaged, IWide<W>
    {
        W rest = W.Splat(1f) - inner;
        return inner * rest * W.MultiplyAdd(kept, rest - inner, W.Splat(2f));
    }
}

/// <summary>Hyperbolic tangent.</summary>
internal readonly struct WideTanh : IWideActivation
{
    public static bool KeepsArgument => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Inner<W>(W x)
        where W : unmanaged, IWide<W> => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Value<W>(W x, W inner)
        where W : unmanaged, IWide<W> => WideMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Slope<W>(W kept, W inner)
        where W : unmanaged, IWide<W> => W.Splat(1f) - (kept * kept);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Curvature<W>(W kept, W inner)
        where W : unmanaged, IWide<W> => W.Splat(-2f) * kept * (W.Splat(1f) - (kept * kept));
}

/// <summary>Relu: x above 0, 0 below.</summary>
internal readonly struct WideRelu : IWideActivation
{
    public static bool KeepsArgument => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Inner<W>(W x)
        where W : unmanaged, IWide<W> => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Value<W>(W x, W inner)
        where W : unmanaged, IWide<W> => W.Maximum(W.Splat(0f), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Slope<W>(W kept, W inner)
        where W : unmanaged, IWide<W> => W.WherePositive(kept, W.Splat(1f), W.Splat(0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Curvature<W>(W kept, W inner)
        where W : unmanaged, IWide<W> => W.Splat(0f);
}

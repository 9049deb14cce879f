namespace MbMix.Learning;

/// <summary>
/// A nonlinearity and its derivatives. Derivatives are computed from what the forward pass keeps: the value if that
/// suffices, else the argument.
/// </summary>
internal interface IWideActivation
{
    /// <summary>Whether the argument is kept instead of the value.</summary>
    static abstract bool KeepsArgument { get; }

    /// <summary>The value at an argument.</summary>
    static abstract W Value<W>(W x)
        where W : unmanaged, IWide<W>;

    /// <summary>The first derivative, from what was kept.</summary>
    static abstract W Slope<W>(W kept)
        where W : unmanaged, IWide<W>;

    /// <summary>The second derivative, from what was kept.</summary>
    static abstract W Curvature<W>(W kept)
        where W : unmanaged, IWide<W>;
}

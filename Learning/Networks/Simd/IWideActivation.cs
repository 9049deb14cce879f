namespace MbMix.Learning;

/// <summary>
/// A nonlinearity with its derivatives. They are found from what is kept of the forward pass: the value where that suffices, else the argument.
/// </summary>
internal interface IWideActivation
{
    /// <summary>Whether the argument is kept, not the value.</summary>
    static abstract bool KeepsArgument { get; }

    static abstract W Value<W>(W x)
        where W : unmanaged, IWide<W>;

    static abstract W Slope<W>(W kept)
        where W : unmanaged, IWide<W>;

    /// <summary>The second derivative.</summary>
    static abstract W Curvature<W>(W kept)
        where W : unmanaged, IWide<W>;
}

namespace MbMix.Learning;

/// <summary>
/// A nonlinearity and its derivatives. Derivatives are computed from what the forward pass keeps: the value if that
/// suffices, else the argument and an inner value that is costly to compute.
/// </summary>
internal interface IWideActivation
{
    /// <summary>Whether the argument and <see cref="Inner"/> are kept instead of the value.</summary>
    static abstract bool KeepsArgument { get; }

    /// <summary>What is kept beside the argument, such as the logistic function of it; unused if the value is kept.</summary>
    static abstract W Inner<W>(W x)
        where W : unmanaged, IWide<W>;

    /// <summary>The value at an argument, given its inner value.</summary>
    static abstract W Value<W>(W x, W inner)
        where W : unmanaged, IWide<W>;

    /// <summary>The first derivative, from what was kept.</summary>
    static abstract W Slope<W>(W kept, W inner)
        where W : unmanaged, IWide<W>;

    /// <summary>The second derivative, from what was kept.</summary>
    static abstract W Curvature<W>(W kept, W inner)
        where W : unmanaged, IWide<W>;
}

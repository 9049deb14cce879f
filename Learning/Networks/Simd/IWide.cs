namespace MbMix.Learning;

/// <summary>
/// A SIMD vector of floats. Kernels are written once over this interface, and the JIT specializes them for each width.
/// On the machines measured, the wrapper costs nothing, and a 512-bit matrix product reaches the peak of the processor
/// (docs/decisions/0009-networks.md).
/// </summary>
internal unsafe interface IWide<T>
    where T : unmanaged, IWide<T>
{
    /// <summary>Number of floats in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Whether the machine has 32 vector registers of this width instead of 16.</summary>
    static abstract bool ManyRegisters { get; }

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract T Load(float* source);

    static abstract void Store(T value, float* destination);

    static abstract T Splat(float value);

    /// <summary><c>a b + c</c>, rounded once unless <see cref="FusedMultiplyAdd.IsSeparate"/>.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>The larger value; <paramref name="b"/> if one of them is NaN.</summary>
    static abstract T Maximum(T a, T b);

    /// <summary>The smaller value; <paramref name="b"/> if one of them is NaN.</summary>
    static abstract T Minimum(T a, T b);

    static abstract T SquareRoot(T value);

    static abstract T Round(T value);

    /// <summary>2 to the power of whole numbers from -126 to 127.</summary>
    static abstract T PowerOfTwo(T exponent);

    /// <summary>
    /// <paramref name="positive"/> where <paramref name="x"/> is above 0, else <paramref name="otherwise"/>.
    /// </summary>
    static abstract T WherePositive(T x, T positive, T otherwise);

    /// <summary>The sum of all entries, added up pairwise: neighbors first, halves last.</summary>
    static abstract float Sum(T value);
}

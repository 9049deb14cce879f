namespace MbMix.Differentiation;

/// <summary>
/// A number that physics is written over. The same source runs on <see cref="Real"/> (plain double arithmetic) and on
/// <see cref="Traced"/> (records an expression graph that is differentiated and compiled).
/// </summary>
/// <remarks>
/// A comparison gives a <see cref="Mask{T}"/>, which does not convert to <c>bool</c>: what depends on data cannot be an <c>if</c> or a
/// loop. Use <see cref="Select"/>, and guard the arguments of both branches, since both are computed: no square root of a
/// negative number, no division by zero on the side that is not taken.
/// </remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface IScalar<TSelf>
    where TSelf : struct, IScalar<TSelf>
{
    /// <summary>A constant.</summary>
    static abstract implicit operator TSelf(double value);

    /// <summary>Sum.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Difference.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Product.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Quotient.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>Negation.</summary>
    static abstract TSelf operator -(TSelf value);

    /// <summary>Where left is greater.</summary>
    static abstract Mask<TSelf> operator >(TSelf left, TSelf right);

    /// <summary>Where left is less.</summary>
    static abstract Mask<TSelf> operator <(TSelf left, TSelf right);

    /// <summary>Where left is greater or equal.</summary>
    static abstract Mask<TSelf> operator >=(TSelf left, TSelf right);

    /// <summary>Where left is less or equal.</summary>
    static abstract Mask<TSelf> operator <=(TSelf left, TSelf right);

    /// <summary>Square root; its derivative is infinite at 0, so guard the argument.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>Sine of an angle in radians.</summary>
    static abstract TSelf Sin(TSelf value);

    /// <summary>Cosine of an angle in radians.</summary>
    static abstract TSelf Cos(TSelf value);

    /// <summary>The angle of the point (x, y), in (-pi, pi]; 0 at the origin, where the derivative is taken as 0 too.</summary>
    static abstract TSelf Atan2(TSelf y, TSelf x);

    /// <summary>The exponential; overflows to infinity, underflows to 0.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>The larger one; at a tie the derivative goes to the first.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The smaller one; at a tie the derivative goes to the first.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The first where the mask holds, else the second. Both are computed.</summary>
    static abstract TSelf Select(Mask<TSelf> mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>The value itself, with derivative 0.</summary>
    static abstract TSelf Stop(TSelf value);

    /// <summary>Adds what all instances of a term contribute to the totals.</summary>
    /// <param name="term">The term.</param>
    /// <param name="instances">Its instances.</param>
    /// <param name="values">What instances read from.</param>
    /// <param name="totals">What instances add to.</param>
    static abstract void AddTerms<TTerm>(TTerm term, ReadOnlySpan<TermInstance> instances, ReadOnlySpan<TSelf> values, Span<TSelf> totals)
        where TTerm : IRepeatedTerm;

    /// <summary>Both masks. Used through <see cref="Mask{T}"/>.</summary>
    static abstract TSelf MaskAnd(TSelf left, TSelf right);

    /// <summary>Either mask. Used through <see cref="Mask{T}"/>.</summary>
    static abstract TSelf MaskOr(TSelf left, TSelf right);

    /// <summary>The opposite mask. Used through <see cref="Mask{T}"/>.</summary>
    static abstract TSelf MaskNot(TSelf value);
}

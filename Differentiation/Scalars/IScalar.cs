namespace MbMix.Differentiation;

/// <summary>
/// The number type that physics is written over. The same source runs on <see cref="Real"/> (plain double arithmetic)
/// and on <c>Traced</c> (records an expression graph, which is then differentiated and compiled).
/// </summary>
/// <remarks>
/// A comparison returns a <see cref="Mask{T}"/>, which does not convert to <c>bool</c>: control flow cannot depend on
/// data. Use <see cref="Select"/> instead. Both of its sides are always computed, so guard their arguments: no square
/// root of a negative number and no division by zero, not even on the side that is not taken.
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

    /// <summary>Square root. Its derivative at 0 is infinite, so guard the argument.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>Sine of an angle in radians.</summary>
    static abstract TSelf Sin(TSelf value);

    /// <summary>Cosine of an angle in radians.</summary>
    static abstract TSelf Cos(TSelf value);

    /// <summary>
    /// The angle of the point (x, y) in radians, in (-pi, pi]. At the origin both the value and the derivative are 0.
    /// </summary>
    static abstract TSelf Atan2(TSelf y, TSelf x);

    /// <summary>Exponential function; overflows to infinity, underflows to 0.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>The larger of two values; at a tie the derivative goes to the first.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The smaller of two values; at a tie the derivative goes to the first.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The first value where the mask holds, else the second. Both are always computed.</summary>
    static abstract TSelf Select(Mask<TSelf> mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>The value itself, but with derivative 0.</summary>
    static abstract TSelf Stop(TSelf value);

    /// <summary>Adds the contributions of all instances of a term to the totals.</summary>
    /// <param name="term">The term.</param>
    /// <param name="instances">Its instances.</param>
    /// <param name="values">The values that instances read.</param>
    /// <param name="totals">The totals that instances add to.</param>
    static abstract void AddTerms<TTerm>(
        TTerm term, ReadOnlySpan<TermInstance> instances, ReadOnlySpan<TSelf> values, Span<TSelf> totals)
        where TTerm : IRepeatedTerm;

    /// <summary>Applies a function that is written by hand.</summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="outputs">Receives its outputs.</param>
    static abstract void Apply(ILaneFunction function, ReadOnlySpan<TSelf> inputs, Span<TSelf> outputs);

    /// <summary>Where both masks hold. Use the operators of <see cref="Mask{T}"/> instead.</summary>
    static abstract TSelf MaskAnd(TSelf left, TSelf right);

    /// <summary>Where either mask holds. Use the operators of <see cref="Mask{T}"/> instead.</summary>
    static abstract TSelf MaskOr(TSelf left, TSelf right);

    /// <summary>Where the mask does not hold. Use the operators of <see cref="Mask{T}"/> instead.</summary>
    static abstract TSelf MaskNot(TSelf value);
}

namespace MbMix.Differentiation;

/// <summary>
/// The result of a comparison: true or false for each lane. It has no derivative and does not convert to <c>bool</c>.
/// </summary>
/// <typeparam name="T">The scalar type that was compared.</typeparam>
/// <param name="Value">The mask as the scalar type represents it.</param>
public readonly record struct Mask<T>(T Value)
    where T : struct, IScalar<T>
{
    /// <summary>Where both masks hold.</summary>
    public static Mask<T> operator &(Mask<T> left, Mask<T> right) => new(T.MaskAnd(left.Value, right.Value));

    /// <summary>Where either mask holds.</summary>
    public static Mask<T> operator |(Mask<T> left, Mask<T> right) => new(T.MaskOr(left.Value, right.Value));

    /// <summary>Where the mask does not hold.</summary>
    public static Mask<T> operator !(Mask<T> mask) => new(T.MaskNot(mask.Value));
}

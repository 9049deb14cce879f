namespace MbMix.Differentiation;

/// <summary>The result of a comparison: true or false for each environment of a batch. It has no derivative and is no <c>bool</c>.</summary>
/// <typeparam name="T">The scalar that was compared.</typeparam>
/// <param name="Value">How the scalar represents it.</param>
public readonly record struct Mask<T>(T Value)
    where T : struct, IScalar<T>
{
    /// <summary>Where both hold.</summary>
    public static Mask<T> operator &(Mask<T> left, Mask<T> right) => new(T.MaskAnd(left.Value, right.Value));

    /// <summary>Where either holds.</summary>
    public static Mask<T> operator |(Mask<T> left, Mask<T> right) => new(T.MaskOr(left.Value, right.Value));

    /// <summary>Where it does not hold.</summary>
    public static Mask<T> operator !(Mask<T> mask) => new(T.MaskNot(mask.Value));
}

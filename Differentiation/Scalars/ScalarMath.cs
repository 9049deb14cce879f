namespace MbMix.Differentiation;

/// <summary>Functions composed of the operations of <see cref="IScalar{T}"/>.</summary>
public static class ScalarMath
{
    /// <summary>Clips a value to bounds. The derivative is 1 within and at the bounds, and 0 beyond them.</summary>
    public static T Clip<T>(T value, T low, T high)
        where T : struct, IScalar<T> => T.Min(T.Max(value, low), high);

    /// <summary>Absolute value; its derivative at 0 is 1.</summary>
    public static T Abs<T>(T value)
        where T : struct, IScalar<T> => T.Max(value, -value);

    /// <summary>The square.</summary>
    public static T Square<T>(T value)
        where T : struct, IScalar<T> => value * value;

    /// <summary>Hyperbolic tangent.</summary>
    public static T Tanh<T>(T value)
        where T : struct, IScalar<T>
    {
        // beyond 20 the result is 1 even in double precision; clipping keeps the exponential finite
        T twice = T.Exp((T)2 * Clip<T>(value, -20, 20));
        return (twice - (T)1) / (twice + (T)1);
    }
}

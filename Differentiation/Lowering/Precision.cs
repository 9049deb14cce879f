namespace MbMix.Differentiation;

/// <summary>The floating-point type a program computes in.</summary>
public enum Precision
{
    /// <summary>32-bit, for training.</summary>
    Single,

    /// <summary>64-bit, for checks.</summary>
    Double,
}

namespace MbMix.Differentiation;

/// <summary>The floating-point type a program computes in.</summary>
public enum Precision
{
    /// <summary>32 bits, for training.</summary>
    Single,

    /// <summary>64 bits, for verification.</summary>
    Double,
}

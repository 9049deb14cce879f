namespace MbMix;

/// <summary>Derivatives of the environment that a model is trained on.</summary>
public enum DerivativeTargets
{
    /// <summary>Values only.</summary>
    None,

    /// <summary>Vector-Jacobian products along random directions.</summary>
    Projected,

    /// <summary>Every row of the Jacobian: the directions are the unit vectors.</summary>
    Full,
}

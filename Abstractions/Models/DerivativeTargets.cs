namespace MbMix;

/// <summary>Which derivatives of the environment a model is trained on.</summary>
public enum DerivativeTargets
{
    /// <summary>None: the model is trained on values only.</summary>
    None,

    /// <summary>Vector-Jacobian products along random directions.</summary>
    Projected,

    /// <summary>The whole Jacobian, row by row: the directions are the unit vectors.</summary>
    Full,
}

namespace MbMix;

/// <summary>Where the derivatives of an environment step come from.</summary>
public enum GradientKind
{
    /// <summary>There are none; <c>backward()</c> stops at the step.</summary>
    None,

    /// <summary>Differences of perturbed steps.</summary>
    FiniteDifference,

    /// <summary>Derivatives of the very map that is computed, to rounding.</summary>
    Exact,
}

namespace MbMix;

/// <summary>How the derivatives of a control step are computed.</summary>
public enum GradientKind
{
    /// <summary>There are none: <c>backward()</c> stops at the step.</summary>
    None,

    /// <summary>By finite differences of perturbed steps.</summary>
    FiniteDifference,

    /// <summary>Exactly: the derivatives of the map that the step computes, up to rounding.</summary>
    Exact,
}

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

    /// <summary>
    /// On purpose not those of the map that the step computes, but of a similar one or changed on the way, so that they
    /// stay of use over many substeps. They are not compared with differences.
    /// </summary>
    Surrogate,
}

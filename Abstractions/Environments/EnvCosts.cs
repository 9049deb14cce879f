namespace MbMix;

/// <summary>
/// Work done by one environment instance since it was created, counted where it is done. Steps are counted per lane: a
/// step of a batch of 64 counts as 64 steps.
/// </summary>
public sealed class EnvCosts
{
    /// <summary>
    /// Environment steps computed forward, including those computed only because a derivative needs them.
    /// </summary>
    public long ForwardSteps { get; set; }

    /// <summary>Environment steps whose adjoint was computed by <c>backward()</c>.</summary>
    public long BackwardSteps { get; set; }

    /// <summary>
    /// Vector-Jacobian products computed by explicit calls, per lane and cotangent; a full Jacobian counts as one per
    /// row.
    /// </summary>
    public long Pullbacks { get; set; }

    /// <summary>Perturbed environment steps computed for finite differences; 0 if derivatives are exact.</summary>
    public long DifferencingSteps { get; set; }

    /// <summary>
    /// Wall-clock time spent on adjoints, vector-Jacobian products, Jacobians and finite differences, in seconds.
    /// </summary>
    public double BackwardSeconds { get; set; }
}

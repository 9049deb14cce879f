namespace MbMix;

/// <summary>
/// Work done by one environment instance since it was made, metered where it is done. Steps are counted per lane: a batch of 64 is 64 steps.
/// </summary>
public sealed class EnvCosts
{
    /// <summary>Environment steps computed forward, those that a derivative starts from included.</summary>
    public long ForwardSteps { get; set; }

    /// <summary>Environment steps whose adjoint was computed by <c>backward()</c>.</summary>
    public long BackwardSteps { get; set; }

    /// <summary>Vector-Jacobian products computed by explicit calls, per lane and cotangent; a full Jacobian counts one per row of the next state.</summary>
    public long Pullbacks { get; set; }

    /// <summary>Perturbed environment steps computed to take differences of them; 0 where derivatives are exact.</summary>
    public long DifferencingSteps { get; set; }

    /// <summary>Wall-clock seconds spent in adjoints, vector-Jacobian products, Jacobians and differences.</summary>
    public double BackwardSeconds { get; set; }
}

namespace MbMix;

/// <summary>Work done by one environment instance. Steps are counted per lane: a batch of 64 is 64 steps.</summary>
public sealed class EnvCosts
{
    /// <summary>Environment steps computed forward.</summary>
    public long ForwardSteps { get; set; }

    /// <summary>Environment steps whose adjoint was computed by <c>backward()</c>.</summary>
    public long BackwardSteps { get; set; }

    /// <summary>Vector-Jacobian products computed by explicit calls, per lane and probe.</summary>
    public long VectorJacobianProducts { get; set; }

    /// <summary>Full Jacobians computed, per lane.</summary>
    public long Jacobians { get; set; }

    /// <summary>Perturbed environment steps computed to take differences of them; 0 where derivatives are exact.</summary>
    public long DifferencingSteps { get; set; }

    /// <summary>Wall-clock seconds spent in the simulator's forward pass.</summary>
    public double ForwardSeconds { get; set; }

    /// <summary>Wall-clock seconds spent in the simulator's adjoint, vector-Jacobian products and Jacobians.</summary>
    public double BackwardSeconds { get; set; }
}

namespace MbMix;

/// <summary>Work done since the start of training, per lane, so that sample-efficiency claims can be checked.</summary>
/// <param name="ForwardSteps">Environment steps computed forward.</param>
/// <param name="BackwardSteps">Environment steps whose adjoint was computed.</param>
/// <param name="DerivativeEvaluations">Vector-Jacobian products and Jacobian rows taken from the environment beside that.</param>
/// <param name="ModelSteps">Steps predicted by a dynamics model.</param>
/// <param name="PolicyUpdates">Gradient steps of the policy.</param>
public readonly record struct CostCounters(long ForwardSteps, long BackwardSteps, long DerivativeEvaluations, long ModelSteps, long PolicyUpdates)
{
    /// <summary>Gradient steps of a dynamics model.</summary>
    public long ModelUpdates { get; init; }
}

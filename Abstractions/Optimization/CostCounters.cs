namespace MbMix;

/// <summary>
/// Work done since the start of training, so that claims of sample efficiency can be checked. The first four counters
/// come from the environment's own meter (<see cref="EnvCosts"/>). Evaluations are not included.
/// </summary>
/// <param name="ForwardSteps">Number of environment steps computed forward.</param>
/// <param name="BackwardSteps">Number of environment steps whose adjoint was computed in a backward pass.</param>
/// <param name="Pullbacks">Number of vector-Jacobian products computed outside of backward passes.</param>
/// <param name="DifferencingSteps">Number of perturbed environment steps computed for finite differences.</param>
/// <param name="ModelSteps">Number of steps predicted by a dynamics model.</param>
/// <param name="PolicyUpdates">Number of gradient steps of the policy.</param>
/// <param name="ModelUpdates">Number of gradient steps of a dynamics model.</param>
public readonly record struct CostCounters(
    long ForwardSteps, long BackwardSteps, long Pullbacks, long DifferencingSteps, long ModelSteps, long PolicyUpdates,
    long ModelUpdates);

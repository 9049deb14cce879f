namespace MbMix;

/// <summary>
/// Work done since the start of training, so that claims of sample efficiency can be checked. The first four are what the environment metered
/// (<see cref="EnvCosts"/>); evaluations are not in them.
/// </summary>
/// <param name="ForwardSteps">Environment steps computed forward.</param>
/// <param name="BackwardSteps">Environment steps whose adjoint was computed.</param>
/// <param name="Pullbacks">Vector-Jacobian products taken from the environment beside that.</param>
/// <param name="DifferencingSteps">Perturbed environment steps computed to take differences of them.</param>
/// <param name="ModelSteps">Steps predicted by a dynamics model.</param>
/// <param name="PolicyUpdates">Gradient steps of the policy.</param>
/// <param name="ModelUpdates">Gradient steps of a dynamics model.</param>
public readonly record struct CostCounters(
    long ForwardSteps, long BackwardSteps, long Pullbacks, long DifferencingSteps, long ModelSteps, long PolicyUpdates, long ModelUpdates);

namespace MbMix.Learning;

/// <summary>How a dynamics model is trained while an algorithm runs.</summary>
/// <param name="Updates">Number of gradient steps of the model per iteration.</param>
/// <param name="Warmup">
/// Number of gradient steps before the model's predictions are used; they are all taken in the first iteration with
/// enough transitions.
/// </param>
/// <param name="BatchSize">Number of transitions in a minibatch.</param>
/// <param name="ReplayCapacity">Largest number of transitions kept.</param>
/// <param name="MaxDerivativeNorm">
/// Norm above which a vector-Jacobian product, used as a target, is scaled down to this norm together with its
/// direction.
/// </param>
public sealed record ModelLearnerSettings(
    int Updates, int Warmup, int BatchSize, int ReplayCapacity, double MaxDerivativeNorm);

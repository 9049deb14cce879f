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
/// Largest norm of a vector-Jacobian product used as a target. A larger one is scaled down to it, together with the
/// vector that it was computed for.
/// </param>
public sealed record ModelLearnerSettings(
    int Updates, int Warmup, int BatchSize, int ReplayCapacity, double MaxDerivativeNorm);

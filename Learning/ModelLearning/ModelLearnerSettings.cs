namespace MbMix.Learning;

/// <summary>How a dynamics model is learned while an algorithm trains.</summary>
/// <param name="Updates">Gradient steps of the model per iteration.</param>
/// <param name="Warmup">Gradient steps before the model's predictions are used, taken at once when there are enough transitions.</param>
/// <param name="BatchSize">Transitions in a minibatch.</param>
/// <param name="ReplayCapacity">Transitions that are kept.</param>
/// <param name="MaxDerivativeNorm">Largest norm of a vector-Jacobian product that is kept as a target; longer ones are scaled down to it.</param>
public sealed record ModelLearnerSettings(int Updates, int Warmup, int BatchSize, int ReplayCapacity, double MaxDerivativeNorm);

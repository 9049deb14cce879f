namespace MbMix.Algo.DreamerV3;

/// <summary>States of the world model at replayed steps, time first, as rows.</summary>
/// <param name="H">Deterministic states <c>[T B, deter]</c>.</param>
/// <param name="Z">Stochastic states <c>[T B, latents classes]</c>.</param>
/// <param name="Q">Probabilities that Z was drawn from.</param>
internal readonly record struct ModelStates(Tensor H, Tensor Z, Tensor Q);

namespace MbMix.Algo.DreamerV3;

/// <summary>States of the world model at replayed steps, time first, as rows.</summary>
/// <param name="H">Deterministic states <c>[T B, deter]</c>.</param>
/// <param name="Z">Stochastic states <c>[T B, latents classes]</c>.</param>
/// <param name="Q">Probabilities that Z was drawn from.</param>
internal readonly record struct ModelStates(Tensor H, Tensor Z, Tensor Q);

/// <summary>The losses of the world model, scalars.</summary>
/// <param name="Reconstruction">Squared error of the observation in symlog space, summed over its components.</param>
/// <param name="Reward">Cross entropy of the reward.</param>
/// <param name="Continue">Cross entropy of the continuation.</param>
/// <param name="Dynamics">Divergence that moves the prior, at least the free nats.</param>
/// <param name="Representation">Divergence that moves the posterior, at least the free nats.</param>
internal readonly record struct ModelLosses(
    Tensor Reconstruction, Tensor Reward, Tensor Continue, Tensor Dynamics, Tensor Representation);

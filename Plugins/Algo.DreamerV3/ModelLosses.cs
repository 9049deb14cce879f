namespace MbMix.Algo.DreamerV3;

/// <summary>The losses of the world model, scalars.</summary>
/// <param name="Reconstruction">Squared error of the observation in symlog space, summed over its components.</param>
/// <param name="Reward">Cross entropy of the reward.</param>
/// <param name="Continue">Cross entropy of the continuation.</param>
/// <param name="Dynamics">Divergence that moves the prior, at least the free nats.</param>
/// <param name="Representation">Divergence that moves the posterior, at least the free nats.</param>
internal readonly record struct ModelLosses(
    Tensor Reconstruction, Tensor Reward, Tensor Continue, Tensor Dynamics, Tensor Representation);

using TorchSharp;

namespace MbMix;

/// <summary>
/// A policy: it maps raw observations of an environment to actions within the environment's bounds. Normalization and
/// squashing are part of it. Acting does not change the policy. What only training needs, such as reparameterized
/// samples and log-probabilities, is left to the algorithms.
/// </summary>
public interface IPolicy
{
    /// <summary>Computes the actions for a batch of observations.</summary>
    /// <param name="observation">Raw observation <c>[B, O]</c>.</param>
    /// <param name="noise">
    /// Standard normal noise <c>[B, A]</c> for sampled actions; null for deterministic ones.
    /// </param>
    /// <returns>
    /// Action <c>[B, A]</c> within the environment's bounds, without gradient history; the caller owns it.
    /// </returns>
    torch.Tensor Act(torch.Tensor observation, torch.Tensor? noise = null);

    /// <summary>Computes the deterministic action for one observation, for callers that do not use tensors.</summary>
    /// <param name="observation">Raw observation, O values.</param>
    /// <param name="action">Receives A values.</param>
    void Act(ReadOnlySpan<float> observation, Span<float> action);
}

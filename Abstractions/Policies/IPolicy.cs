using TorchSharp;

namespace MbMix;

/// <summary>
/// A trained policy: from the environment's observation to the environment's action, with normalizer and squashing inside.
/// Acting changes nothing. Reparameterised samples and log-probabilities stay inside the algorithms.
/// </summary>
public interface IPolicy
{
    /// <summary>The action for a batch of observations.</summary>
    /// <param name="observation">Raw observation <c>[B, O]</c>.</param>
    /// <param name="noise">Standard normal noise <c>[B, A]</c> for a sampled action; null for the deterministic one.</param>
    /// <returns>Action <c>[B, A]</c> within the environment's bounds, without gradient history; the caller owns it.</returns>
    torch.Tensor Act(torch.Tensor observation, torch.Tensor? noise = null);

    /// <summary>The deterministic action for one observation, for callers that hold no tensors.</summary>
    /// <param name="observation">Raw observation, O values.</param>
    /// <param name="action">Receives A values.</param>
    void Act(ReadOnlySpan<float> observation, Span<float> action);
}

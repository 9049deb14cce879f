using TorchSharp;

namespace MbMix;

/// <summary>
/// A policy whose actions depend on what came before in the episode. What it remembers is a row of M numbers per lane,
/// which the caller keeps: zeros at the start of an episode, afterward what the last step returned. The policy itself
/// is a pure function of observation and memory.
/// </summary>
/// <remarks>
/// As an <see cref="IPolicy"/>, it acts as if every observation were the first of an episode. Callers that run episodes
/// use <see cref="ActWithMemory(torch.Tensor, torch.Tensor, torch.Tensor?)"/>. It cannot be an
/// <see cref="IExportablePolicy"/>, because a policy as data has no memory.
/// </remarks>
public interface IRecurrentPolicy : IPolicy
{
    /// <summary>Numbers M that the policy remembers per lane; at least 1.</summary>
    int MemorySize { get; }

    /// <summary>Computes the actions for a batch of observations, and what to remember.</summary>
    /// <param name="observation">Raw observation <c>[B, O]</c>.</param>
    /// <param name="memory">
    /// Memory float32 <c>[B, M]</c>: zeros in lanes at the start of an episode. It is not changed.
    /// </param>
    /// <param name="noise">
    /// Standard normal noise <c>[B, A]</c> for sampled actions; null for deterministic ones.
    /// </param>
    RecurrentAction ActWithMemory(torch.Tensor observation, torch.Tensor memory, torch.Tensor? noise = null);

    /// <summary>Computes the deterministic action for one observation, for callers that do not use tensors.</summary>
    /// <param name="observation">Raw observation, O values.</param>
    /// <param name="memory">M values: zeros at the start of an episode. Receives what to remember.</param>
    /// <param name="action">Receives A values.</param>
    void ActWithMemory(ReadOnlySpan<float> observation, Span<float> memory, Span<float> action);

    /// <inheritdoc/>
    torch.Tensor IPolicy.Act(torch.Tensor observation, torch.Tensor? noise)
    {
        using var memory = torch.zeros([observation.shape[0], MemorySize], torch.ScalarType.Float32);
        var (action, next) = ActWithMemory(observation, memory, noise);
        next.Dispose();
        return action;
    }

    /// <inheritdoc/>
    void IPolicy.Act(ReadOnlySpan<float> observation, Span<float> action) =>
        ActWithMemory(observation, new float[MemorySize], action);
}

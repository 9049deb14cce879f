using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// Acts with a policy of any kind in B lanes. It keeps what an <see cref="IRecurrentPolicy"/> remembers of the episode
/// in each lane; for any other policy it keeps nothing.
/// </summary>
public sealed class PolicyLanes : IDisposable
{
    private readonly IPolicy policy;
    private readonly int lanes;
    private Tensor? memory;

    /// <summary>Begins an episode in every lane.</summary>
    /// <param name="policy">The policy; it stays the caller's.</param>
    /// <param name="lanes">Number of lanes B.</param>
    public PolicyLanes(IPolicy policy, int lanes)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lanes);
        (this.policy, this.lanes) = (policy, lanes);
        if (policy is IRecurrentPolicy recurrent)
            memory = torch.zeros([lanes, recurrent.MemorySize], torch.ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>Computes the actions for the next observation of each lane, and remembers it.</summary>
    /// <param name="observation">Raw observation <c>[B, O]</c>.</param>
    /// <param name="noise">
    /// Standard normal noise <c>[B, A]</c> for sampled actions; null for deterministic ones.
    /// </param>
    /// <returns>Action <c>[B, A]</c> within the environment's bounds; the caller owns it.</returns>
    public Tensor Act(Tensor observation, Tensor? noise = null)
    {
        if (policy is not IRecurrentPolicy recurrent) return policy.Act(observation, noise);
        var (action, next) = recurrent.ActWithMemory(observation, memory!, noise);
        memory!.Dispose();
        memory = next.DetachFromDisposeScope();
        return action;
    }

    /// <summary>Forgets the episodes of some lanes, because new ones begin there.</summary>
    /// <param name="ended">One flag per lane.</param>
    public void Reset(ReadOnlySpan<bool> ended)
    {
        if (ended.Length != lanes)
            throw new ArgumentException($"{ended.Length} flags came for {lanes} lanes.", nameof(ended));
        if (memory is null || !ended.Contains(true)) return;
        var values = memory.Values<float>();
        int size = values.Length / lanes;
        for (int b = 0; b < lanes; b++)
        {
            if (ended[b]) values.Slice(b * size, size).Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => memory?.Dispose();
}

using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// A guarded policy that remembers. Besides the actions, it checks the memory: null, shape, type, gradient history,
/// numbers that are not finite.
/// </summary>
internal sealed class GuardedRecurrentPolicy : GuardedPolicy, IRecurrentPolicy
{
    private const string Member = "ActWithMemory of the policy";

    private readonly IRecurrentPolicy inner;
    private readonly Boundary boundary;

    /// <summary>Wraps a policy.</summary>
    public GuardedRecurrentPolicy(IRecurrentPolicy inner, Boundary boundary, SpaceSpec action)
        : base(inner, boundary, action)
    {
        (this.inner, this.boundary, MemorySize) = (inner, boundary, inner.MemorySize);
        if (MemorySize < 1) throw boundary.Wrong("MemorySize of the policy", $"{MemorySize}", "1 or more");
    }

    /// <inheritdoc/>
    public int MemorySize { get; }

    /// <inheritdoc/>
    public RecurrentAction ActWithMemory(Tensor observation, Tensor memory, Tensor? noise = null)
    {
        RecurrentAction result;
        try
        {
            result = inner.ActWithMemory(observation, memory, noise);
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw boundary.Threw(Member, e);
        }
        Check(result.Action, observation.size(0));
        boundary.Require(
            "memory of the policy", result.Memory, torch.ScalarType.Float32, observation.size(0), MemorySize);
        if (result.Memory.requires_grad) throw boundary.Wrong("memory of the policy", "a gradient history", "none");
        CheckMemory(result.Memory.Values<float>());
        return result;
    }

    /// <inheritdoc/>
    public void ActWithMemory(ReadOnlySpan<float> observation, Span<float> memory, Span<float> action)
    {
        try
        {
            inner.ActWithMemory(observation, memory, action);
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw boundary.Threw(Member, e);
        }
        Check(action);
        CheckMemory(memory);
    }

    private void CheckMemory(ReadOnlySpan<float> memory)
    {
        for (int i = 0; i < memory.Length; i++)
        {
            if (float.IsFinite(memory[i])) continue;
            throw boundary.Wrong(
                $"number {i % MemorySize} of the policy's memory", TensorChecks.Text(memory[i]), "a finite number");
        }
    }
}

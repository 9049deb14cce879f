using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The actor on the state that the world model infers from the observations of an episode. Its memory consists of the
/// state's parts h and z and the last action.
/// </summary>
/// <param name="model">The world model; it stays the caller's.</param>
/// <param name="behavior">The actor; it stays the caller's.</param>
/// <param name="options">Sizes of the memory.</param>
/// <param name="spec">Description of the environment.</param>
internal sealed class DreamerV3Policy(WorldModel model, Behavior behavior, DreamerV3Options options, EnvSpec spec)
    : IRecurrentPolicy, IDisposable
{
    private readonly ActionBounds bounds = new(spec.Action);
    private readonly int deter = options.Deter, latents = options.Latents * options.Classes;

    /// <inheritdoc/>
    public int MemorySize => deter + latents + spec.Action.Size;

    /// <inheritdoc/>
    public RecurrentAction ActWithMemory(Tensor observation, Tensor memory, Tensor? noise = null)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (action, next) = Choose(
            observation.to(torch.ScalarType.Float32), memory, null, noise?.to(torch.ScalarType.Float32));
        return new RecurrentAction(
            ToEnvironment(action).MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void ActWithMemory(ReadOnlySpan<float> observation, Span<float> memory, Span<float> action)
    {
        using var scope = torch.NewDisposeScope();
        var result = ActWithMemory(
            TensorSpans.From(observation, 1, observation.Length), TensorSpans.From(memory, 1, memory.Length));
        result.Action.CopyTo(action);
        result.Memory.CopyTo(memory);
    }

    /// <summary>Chooses actions without gradients; they may lie outside of [-1, 1].</summary>
    /// <param name="observation">Observation <c>[N, O]</c>.</param>
    /// <param name="memory">Memory <c>[N, M]</c>.</param>
    /// <param name="uniform">Numbers to draw z with, <c>[N, latents]</c>; null for the most probable one.</param>
    /// <param name="noise">Standard normal numbers <c>[N, A]</c>; null for the mean.</param>
    /// <returns>Actions <c>[N, A]</c>, and the memory that has them.</returns>
    public (Tensor Action, Tensor Memory) Choose(Tensor observation, Tensor memory, Tensor? uniform, Tensor? noise)
    {
        var (h, z) = model.Follow(
            observation, memory.narrow(1, 0, deter).contiguous(), memory.narrow(1, deter, latents),
            memory.narrow(1, deter + latents, spec.Action.Size), uniform);
        var (action, deviation) = behavior.FrozenActions(torch.cat([h, z], 1));
        if (noise is not null) action = action + (deviation * noise);
        return (action, torch.cat([h, z, action], 1));
    }

    /// <summary>The environment's actions: cut to [-1, 1] and scaled to the bounds.</summary>
    public Tensor ToEnvironment(Tensor action) => bounds.Scale(action.clamp(-1, 1));

    /// <inheritdoc/>
    public void Dispose() => bounds.Dispose();
}

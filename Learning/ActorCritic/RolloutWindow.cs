namespace MbMix.Learning;

/// <summary>
/// What a rollout of H steps and N environments leaves behind. Tensors live in the dispose scope that the rollout was made in; dispose the window
/// itself when the iteration is over.
/// </summary>
public sealed class RolloutWindow : IDisposable
{
    private readonly NormalizerSnapshot? normalizer;
    private readonly TransitionBatch? transitions;

    internal RolloutWindow(PolicyWindow policy, NormalizerSnapshot? normalizer, RolloutFlags flags, Tensor rewards, Tensor nextValues, TransitionBatch? transitions)
    {
        (Policy, this.normalizer, Flags, Rewards, NextValues, this.transitions) = (policy, normalizer, flags, rewards, nextValues, transitions);
    }

    /// <summary>The policy that acted, with the gradients that a backward pass brought to its actions.</summary>
    public PolicyWindow Policy { get; }

    /// <summary>Where episodes ended.</summary>
    public RolloutFlags Flags { get; }

    /// <summary>Rewards as they are learned from, <c>[H, N]</c>, with their gradient.</summary>
    public Tensor Rewards { get; }

    /// <summary>The target critic's value of what each step led to, before any reset, <c>[H, N]</c>, with its gradient.</summary>
    public Tensor NextValues { get; }

    /// <summary>Normalized observations that were acted on, <c>[H N, O]</c>, without gradient history.</summary>
    public Tensor Observations => Policy.Observations;

    /// <summary>
    /// The transitions of all steps without gradient history: states <c>[H N, S]</c>, actions <c>[H N, A]</c> in float32, and the states after each
    /// step, before any reset, <c>[H N, S]</c>. Only where the rollout was asked to keep them.
    /// </summary>
    public TransitionBatch Transitions => transitions ?? throw new InvalidOperationException("This window was rolled without keeping transitions.");

    /// <summary>Normalizes observations by the statistics that the window began with; differentiable.</summary>
    /// <param name="observations">Raw observations <c>[B, O]</c>, float32.</param>
    public Tensor Normalize(Tensor observations) => normalizer is null ? observations : normalizer.Normalize(observations);

    /// <summary>The first steps as a window of their own, for an objective of another length.</summary>
    /// <param name="horizon">Steps to keep, at most H.</param>
    public (Tensor Rewards, Tensor NextValues, RolloutFlags Flags) First(int horizon) =>
        horizon == Flags.Horizon ? (Rewards, NextValues, Flags) : (Rewards.narrow(0, 0, horizon), NextValues.narrow(0, 0, horizon), Flags.First(horizon));

    /// <inheritdoc/>
    public void Dispose() => normalizer?.Dispose();
}

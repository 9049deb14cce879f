namespace MbMix.Learning;

/// <summary>
/// Result of rolling N environments for H steps. Its tensors belong to the dispose scope in which the rollout was made;
/// dispose the window itself at the end of the iteration.
/// </summary>
public sealed class RolloutWindow : IDisposable
{
    private readonly NormalizerSnapshot? normalizer;
    private readonly TransitionBatch? transitions;
    private readonly (Tensor Before, Tensor After)? raw;

    internal RolloutWindow(
        PolicyWindow policy, NormalizerSnapshot? normalizer, RolloutFlags flags, Tensor rewards, Tensor nextValues,
        Tensor targetValues, TransitionBatch? transitions)
    {
        (Policy, this.normalizer, Flags, Rewards, NextValues, TargetValues, this.transitions) =
            (policy, normalizer, flags, rewards, nextValues, targetValues, transitions);
    }

    /// <summary>
    /// The policy that acted. After a backward pass it holds the gradients with respect to its actions.
    /// </summary>
    public PolicyWindow Policy { get; }

    /// <summary>Which steps ended an episode, and which steps are valid.</summary>
    public RolloutFlags Flags { get; }

    /// <summary>Scaled rewards <c>[H, N]</c>, with gradient history.</summary>
    public Tensor Rewards { get; }

    /// <summary>
    /// The target critic's value of the observation after each step, before any reset, <c>[H, N]</c>, with gradient
    /// history; the mean if there are several critics.
    /// </summary>
    public Tensor NextValues { get; }

    /// <summary>
    /// The values that the critic's targets are bootstrapped from, <c>[H, N]</c>: <see cref="NextValues"/>, or their
    /// minimum if there are several critics.
    /// </summary>
    internal Tensor TargetValues { get; }

    /// <summary>
    /// The normalized observations that the policy acted on, <c>[H*N, O]</c>, without gradient history.
    /// </summary>
    public Tensor Observations => Policy.Observations;

    /// <summary>
    /// The transitions of all steps, without gradient history: states <c>[H*N, S]</c>, float32 actions <c>[H*N, A]</c>,
    /// and the states after each step, before any reset, <c>[H*N, S]</c>. Available only if the rollout was asked to
    /// keep them.
    /// </summary>
    public TransitionBatch Transitions =>
        transitions ?? throw new InvalidOperationException("This window was rolled without keeping transitions.");

    /// <summary>
    /// The observations before and after each step as the environment gave them, <c>[H*N, O]</c> each, without gradient
    /// history. Available only if the critic is fitted to several windows.
    /// </summary>
    internal (Tensor Before, Tensor After) RawObservations
    {
        get => raw ?? throw new InvalidOperationException("This window was rolled without keeping raw observations.");
        init => raw = value;
    }

    /// <summary>Normalizes observations by the statistics from the start of the window; differentiable.</summary>
    /// <param name="observations">Raw observations <c>[B, O]</c>, float32.</param>
    public Tensor Normalize(Tensor observations) =>
        normalizer is null ? observations : normalizer.Normalize(observations);

    /// <summary>Takes the first steps of the window, for an objective over a shorter horizon.</summary>
    /// <param name="horizon">Number of steps to keep, at most H.</param>
    public (Tensor Rewards, Tensor NextValues, RolloutFlags Flags) First(int horizon) =>
        horizon == Flags.Horizon
            ? (Rewards, NextValues, Flags)
            : (Rewards.narrow(0, 0, horizon), NextValues.narrow(0, 0, horizon), Flags.First(horizon));

    /// <inheritdoc/>
    public void Dispose() => normalizer?.Dispose();
}

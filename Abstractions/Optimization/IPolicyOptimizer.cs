namespace MbMix;

/// <summary>
/// A running training algorithm. It owns its rollout states, networks and optimizers, and improves <see cref="Policy"/>
/// one iteration at a time. A factory makes it from an <see cref="OptimizerContext"/>. It is used by one thread at a
/// time, and disposes neither the environment nor the model.
/// </summary>
public interface IPolicyOptimizer : ICheckpointed, IDisposable
{
    /// <summary>The policy in its current state; the same object throughout the life of the optimizer.</summary>
    IPolicy Policy { get; }

    /// <summary>
    /// Runs one iteration: collects data, learns from it and reports. Cancellation is honored between these parts and
    /// leaves the optimizer in a consistent state.
    /// </summary>
    /// <exception cref="OperationCanceledException">
    /// The iteration was cancelled. The state is consistent, but no longer one that a checkpoint could hold.
    /// </exception>
    /// <exception cref="MbMixException">
    /// Training cannot continue, for example because too many lanes fault or gradients stay non-finite; the message
    /// says why.
    /// </exception>
    IterationReport Iterate(CancellationToken cancellationToken);
}

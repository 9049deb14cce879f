namespace MbMix;

/// <summary>
/// A training algorithm at work: owns its rollout states, networks and optimizers, and improves <see cref="Policy"/> one iteration
/// at a time. Made by a factory from an <see cref="OptimizerContext"/>. One thread at a time; it disposes neither environment nor model.
/// </summary>
public interface IPolicyOptimizer : ICheckpointed, IDisposable
{
    /// <summary>The policy as it is now. The same object for the life of the optimizer.</summary>
    IPolicy Policy { get; }

    /// <summary>One iteration: collect, learn, report. Cancellation is honoured between parts, with the state left consistent.</summary>
    /// <exception cref="OperationCanceledException">The iteration was given up; the state is that of a checkpoint no longer.</exception>
    /// <exception cref="MbMixException">Training cannot go on (too many faulted lanes, gradients that stay non-finite), and why.</exception>
    IterationReport Iterate(CancellationToken cancellationToken);
}

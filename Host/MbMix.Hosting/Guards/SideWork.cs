using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// Work that nobody has asked for, such as a check: when it ends, libtorch's random numbers go on as if it had not
/// been, and the environment's counters do not show it.
/// </summary>
internal sealed class SideWork : IDisposable
{
    private readonly Tensor random = torch.random.get_rng_state().DetachFromDisposeScope();
    private readonly EnvCosts costs;
    private readonly (long Forward, long Backward, long Pullbacks, long Differencing, double Seconds) before;

    /// <summary>Begins the work.</summary>
    /// <param name="costs">The environment's counters.</param>
    public SideWork(EnvCosts costs)
    {
        this.costs = costs;
        before = (
            costs.ForwardSteps, costs.BackwardSteps, costs.Pullbacks, costs.DifferencingSteps, costs.BackwardSeconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        torch.random.set_rng_state(random);
        random.Dispose();
        (costs.ForwardSteps, costs.BackwardSteps, costs.Pullbacks, costs.DifferencingSteps, costs.BackwardSeconds) =
            before;
    }
}

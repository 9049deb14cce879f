using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>An environment whose steps are watched: what they allocate, whether what they give is finite, which lanes fault.</summary>
internal sealed class MeasuredEnv(IDifferentiableEnv inner) : IDifferentiableEnv
{
    public EnvSpec Spec => inner.Spec;

    public IStateChart Chart => inner.Chart;

    /// <summary>Managed bytes that each step allocated.</summary>
    public List<long> Bytes { get; } = [];

    /// <summary>Lane steps that faulted.</summary>
    public int Faults { get; private set; }

    /// <summary>Lane steps without fault whose state, observation or reward is not finite.</summary>
    public int Escaped { get; private set; }

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => inner.Reset(lanes);

    public Tensor Observe(Tensor state, Tensor lastAction) => inner.Observe(state, lastAction);

    public EnvStep Step(Tensor state, Tensor action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var step = inner.Step(state, action);
        Bytes.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var valid = step.Fault == FaultCode.None;
        var finite = step.NextState.isfinite().all(1) & step.Observation.isfinite().all(1) & step.Reward.isfinite();
        Faults += (int)valid.logical_not().sum().item<long>();
        Escaped += (int)(valid & finite.logical_not()).sum().item<long>();
        return step;
    }

    public void Dispose() => inner.Dispose();
}

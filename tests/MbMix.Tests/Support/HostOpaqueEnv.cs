using TorchSharp;

namespace MbMix.Tests.Support;

/// <summary>An environment that cannot judge states that it has not computed itself.</summary>
internal sealed class HostOpaqueEnv(IDifferentiableEnv inner, string id) : IDifferentiableEnv
{
    public EnvSpec Spec { get; } = inner.Spec with { Id = id };

    public IStateChart Chart => inner.Chart;

    public torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes) => inner.Reset(lanes);

    public torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction) => inner.Observe(state, lastAction);

    public EnvStep Step(torch.Tensor state, torch.Tensor action) => inner.Step(state, action);

    public void Dispose() => inner.Dispose();
}

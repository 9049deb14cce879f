using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>A flat chart with single members replaced, to show that a check notices.</summary>
internal sealed class AlteredChart(int size) : IStateChart
{
    private readonly EuclideanChart flat = new(size);

    public Func<Tensor, Tensor, Tensor>? OnDifference { get; init; }

    public Func<Tensor, Tensor, Tensor>? OnIntegrate { get; init; }

    public Func<Tensor, Tensor>? OnFeatures { get; init; }

    public Func<Tensor, Tensor>? OnFeaturesPullback { get; init; }

    public int TangentSize => size;

    public int FeatureSize => size;

    public Tensor Features(Tensor state) => OnFeatures is null ? state.alias() : OnFeatures(state);

    public Tensor Difference(Tensor from, Tensor to) => (OnDifference ?? flat.Difference)(from, to);

    public Tensor Integrate(Tensor state, Tensor tangent) => (OnIntegrate ?? flat.Integrate)(state, tangent);

    public Tensor FeaturesPullback(Tensor state, Tensor dFeatures) =>
        OnFeaturesPullback is null ? dFeatures.alias() : OnFeaturesPullback(dFeatures);
}

using TorchSharp;

namespace MbMix;

/// <summary>
/// The chart of a flat state space: tangents are plain differences, and features are the components themselves, except
/// for those that the dynamics do not depend on.
/// </summary>
public sealed class EuclideanChart : IStateChart
{
    private readonly long[] features;
    private readonly bool all;

    /// <summary>Makes the chart.</summary>
    /// <param name="size">Number of state components.</param>
    /// <param name="invariant">Indices of components that the dynamics do not depend on; they are not features.</param>
    /// <exception cref="MbMixException">There is no component with such an index.</exception>
    public EuclideanChart(int size, params ReadOnlySpan<int> invariant)
    {
        TangentSize = size;
        foreach (int index in invariant)
        {
            if (index < 0 || index >= size)
                throw new MbMixException(
                    $"EuclideanChart: component {index} is declared invariant; the state has 0 to {size - 1}.");
        }
        var left = new List<long>();
        for (int i = 0; i < size; i++)
        {
            if (!invariant.Contains(i)) left.Add(i);
        }
        features = [.. left];
        all = features.Length == size;
    }

    /// <inheritdoc/>
    public int TangentSize { get; }

    /// <inheritdoc/>
    public int FeatureSize => features.Length;

    /// <inheritdoc/>
    public torch.Tensor Features(torch.Tensor state)
    {
        if (all) return state.alias();
        using var index = torch.tensor(features, device: state.device);
        return state.index_select(1, index);
    }

    /// <inheritdoc/>
    public torch.Tensor Difference(torch.Tensor from, torch.Tensor to) => to - from;

    /// <inheritdoc/>
    public torch.Tensor Integrate(torch.Tensor state, torch.Tensor tangent) => state + tangent;

    /// <inheritdoc/>
    public torch.Tensor FeaturesPullback(torch.Tensor state, torch.Tensor dFeatures)
    {
        if (all) return dFeatures.alias();
        using var index = torch.tensor(features, device: state.device);
        using var zero = torch.zeros(
            [dFeatures.shape[0], TangentSize], dtype: dFeatures.dtype, device: dFeatures.device);
        return zero.index_add(1, index, dFeatures, 1);
    }
}

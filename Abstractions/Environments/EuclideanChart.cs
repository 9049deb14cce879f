using TorchSharp;

namespace MbMix;

/// <summary>The chart of a flat state space: the tangent is the plain difference, every coordinate but the ignored ones is a feature.</summary>
public sealed class EuclideanChart : IStateChart
{
    private readonly long[] features;
    private readonly bool all;

    /// <summary>Makes the chart.</summary>
    /// <param name="size">Components of the state.</param>
    /// <param name="invariant">Indices of coordinates the dynamics do not depend on; a model does not see them.</param>
    public EuclideanChart(int size, params ReadOnlySpan<int> invariant)
    {
        TangentSize = size;
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
    public torch.Tensor PullFeatures(torch.Tensor state, torch.Tensor cotangent)
    {
        if (all) return cotangent.alias();
        using var index = torch.tensor(features, device: state.device);
        using var nothing = torch.zeros([cotangent.shape[0], TangentSize], dtype: cotangent.dtype, device: cotangent.device);
        return nothing.index_add(1, index, cotangent, 1);
    }
}

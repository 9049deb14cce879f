using System.Numerics;

namespace MbMix.Simulation;

/// <summary>
/// A chart executed by compiled maps: each member is one autograd node, on float32 and float64, differentiable once. For what needs a second
/// derivative there is <see cref="PullFeatures"/>.
/// </summary>
public sealed class TracedChart : IStateChart
{
    private readonly ITracedChart chart;
    private readonly ChartEngine<float> single;
    private readonly ChartEngine<double> full;

    /// <summary>Takes the equations; maps are compiled when they are first used.</summary>
    /// <param name="chart">Equations.</param>
    /// <param name="options">How to execute them.</param>
    public TracedChart(ITracedChart chart, KernelOptions? options = null)
    {
        this.chart = chart;
        (single, full) = (new ChartEngine<float>(chart, options), new ChartEngine<double>(chart, options));
    }

    /// <inheritdoc/>
    public int TangentSize => chart.TangentSize;

    /// <inheritdoc/>
    public int FeatureSize => chart.FeatureSize;

    /// <inheritdoc/>
    public Tensor Features(Tensor state)
    {
        Check(state, state, "state", chart.StateSize);
        return state.dtype == torch.ScalarType.Float32 ? Apply(single.Features, state) : Apply(full.Features, state);
    }

    /// <inheritdoc/>
    public Tensor Difference(Tensor from, Tensor to)
    {
        Check(from, from, "state", chart.StateSize);
        Check(to, from, "second state", chart.StateSize);
        return from.dtype == torch.ScalarType.Float32 ? Apply(single.Difference, from, to) : Apply(full.Difference, from, to);
    }

    /// <inheritdoc/>
    public Tensor Integrate(Tensor state, Tensor tangent)
    {
        Check(state, state, "state", chart.StateSize);
        Check(tangent, state, "tangent", chart.TangentSize);
        return state.dtype == torch.ScalarType.Float32 ? Apply(single.Integrate, state, tangent) : Apply(full.Integrate, state, tangent);
    }

    /// <inheritdoc/>
    public Tensor PullFeatures(Tensor state, Tensor cotangent)
    {
        Check(state, state, "state", chart.StateSize);
        Check(cotangent, state, "cotangent", chart.FeatureSize);
        using var still = torch.zeros([state.size(0), chart.TangentSize], state.dtype);
        using var data = state.detach();
        return state.dtype == torch.ScalarType.Float32 ? Apply(single.PullFeatures, data, still, cotangent) : Apply(full.PullFeatures, data, still, cotangent);
    }

    private static Tensor Apply<T>(BatchedMap<T> map, params ReadOnlySpan<Tensor> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new MapFunction<T>(map).Apply(inputs)[0];

    private static void Check(Tensor tensor, Tensor first, string what, int size)
    {
        if (tensor.dim() != 2 || tensor.size(1) != size || tensor.size(0) != first.size(0))
            throw new MbMixException($"A chart got a {what} of shape [{string.Join(", ", tensor.shape)}]; expected [{(ReferenceEquals(tensor, first) ? "B" : first.size(0))}, {size}].");
        if (tensor.dtype != first.dtype || tensor.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Float64) || tensor.device_type != DeviceType.CPU)
            throw new MbMixException($"A chart got a {what} of type {tensor.dtype} on {tensor.device_type}; expected Float32 or Float64, the same for all, on CPU.");
    }
}

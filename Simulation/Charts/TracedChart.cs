using System.Numerics;

namespace MbMix.Simulation;

/// <summary>
/// A chart executed by compiled maps. Each call is one autograd node, for float32 or float64 tensors on the CPU, and
/// can be differentiated once. Where a second derivative is needed, use <see cref="FeaturesPullback"/>.
/// </summary>
public sealed class TracedChart : IStateChart
{
    private readonly ITracedChart chart;
    private readonly ChartEngine<float> float32;
    private readonly ChartEngine<double> float64;

    /// <summary>Wraps a traced chart; its maps are compiled on first use.</summary>
    /// <param name="chart">The equations of the chart.</param>
    /// <param name="options">How to execute them; null for the defaults.</param>
    public TracedChart(ITracedChart chart, KernelOptions? options = null)
    {
        this.chart = chart;
        (float32, float64) = (new ChartEngine<float>(chart, options), new ChartEngine<double>(chart, options));
    }

    /// <inheritdoc/>
    public int TangentSize => chart.TangentSize;

    /// <inheritdoc/>
    public int FeatureSize => chart.FeatureSize;

    /// <inheritdoc/>
    public Tensor Features(Tensor state)
    {
        Check(state, state, "state", chart.StateSize);
        return IsFloat32(state) ? Apply(float32.Features, state) : Apply(float64.Features, state);
    }

    /// <inheritdoc/>
    public Tensor Difference(Tensor from, Tensor to)
    {
        Check(from, from, "state", chart.StateSize);
        Check(to, from, "second state", chart.StateSize);
        return IsFloat32(from) ? Apply(float32.Difference, from, to) : Apply(float64.Difference, from, to);
    }

    /// <inheritdoc/>
    public Tensor Integrate(Tensor state, Tensor tangent)
    {
        Check(state, state, "state", chart.StateSize);
        Check(tangent, state, "tangent", chart.TangentSize);
        return IsFloat32(state) ? Apply(float32.Integrate, state, tangent) : Apply(float64.Integrate, state, tangent);
    }

    /// <inheritdoc/>
    public Tensor FeaturesPullback(Tensor state, Tensor dFeatures)
    {
        Check(state, state, "state", chart.StateSize);
        Check(dFeatures, state, "cotangent", chart.FeatureSize);
        using var zero = torch.zeros([state.size(0), chart.TangentSize], state.dtype);
        using var data = state.detach();
        return IsFloat32(state)
            ? Apply(float32.FeaturesPullback, data, zero, dFeatures)
            : Apply(float64.FeaturesPullback, data, zero, dFeatures);
    }

    private static bool IsFloat32(Tensor tensor) => tensor.dtype == torch.ScalarType.Float32;

    private static Tensor Apply<T>(BatchedMap<T> map, params ReadOnlySpan<Tensor> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new MapFunction<T>(map).Apply(inputs)[0];

    private static void Check(Tensor tensor, Tensor first, string what, int size)
    {
        if (tensor.dim() != 2 || tensor.size(1) != size || tensor.size(0) != first.size(0))
        {
            object batch = ReferenceEquals(tensor, first) ? "B" : first.size(0);
            throw new MbMixException(
                $"A chart got a {what} of shape [{string.Join(", ", tensor.shape)}]; expected [{batch}, {size}].");
        }
        bool floating = tensor.dtype is torch.ScalarType.Float32 or torch.ScalarType.Float64;
        if (tensor.dtype != first.dtype || !floating || tensor.device_type != DeviceType.CPU)
        {
            throw new MbMixException(
                $"A chart got a {what} of type {tensor.dtype} on {tensor.device_type}; "
                + "expected Float32 or Float64, the same for all, on CPU.");
        }
    }
}

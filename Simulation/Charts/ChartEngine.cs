using System.Numerics;

namespace MbMix.Simulation;

/// <summary>The maps of an <see cref="ITracedChart"/>, each compiled on first use.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ChartEngine<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lazy<BatchedMap<T>> features;
    private readonly Lazy<BatchedMap<T>> difference;
    private readonly Lazy<BatchedMap<T>> integrate;
    private readonly Lazy<BatchedMap<T>> featuresPullback;

    /// <summary>Wraps a chart; nothing is compiled yet.</summary>
    /// <param name="chart">The equations of the chart.</param>
    /// <param name="options">How to execute them; null for the defaults.</param>
    public ChartEngine(ITracedChart chart, KernelOptions? options = null)
    {
        int s = chart.StateSize, t = chart.TangentSize, f = chart.FeatureSize;
        Lazy<BatchedMap<T>> Map(Func<TracedFunction> trace, params int[] differentiable) =>
            new(() => new BatchedMap<T>(trace(), options ?? new KernelOptions(), differentiable));
        Traced[] Filled(int size, Action<Traced[]> fill)
        {
            var values = new Traced[size];
            fill(values);
            TracedFunction.Nodes(values, "a result of the chart");
            return values;
        }
        features = Map(() => TracedFunction.Trace([s], x => [Filled(f, y => chart.Features<Traced>(x[0], y))]));
        difference = Map(
            () => TracedFunction.Trace([s, s], x => [Filled(t, y => chart.Difference<Traced>(x[0], x[1], y))]));
        integrate = Map(
            () => TracedFunction.Trace([s, t], x => [Filled(s, y => chart.Integrate<Traced>(x[0], x[1], y))]));
        // it is differentiated in its cotangents only, in which it is linear
        var displacedFeatures = () => TracedFunction.Trace([s, t], x =>
        {
            var displaced = Filled(s, y => chart.Integrate<Traced>(x[0], x[1], y));
            return [Filled(f, y => chart.Features<Traced>(displaced, y))];
        });
        featuresPullback = Map(() => displacedFeatures().Adjoint((1, false)), 2);
    }

    /// <summary>Maps a state to its features.</summary>
    public BatchedMap<T> Features => features.Value;

    /// <summary>Maps two states to the tangent between them.</summary>
    public BatchedMap<T> Difference => difference.Value;

    /// <summary>Maps a state and a tangent to a state.</summary>
    public BatchedMap<T> Integrate => integrate.Value;

    /// <summary>
    /// Maps a state, a displacement d and cotangents of the features of <c>Integrate(state, d)</c> to cotangents of d.
    /// It can be differentiated in the given cotangents only.
    /// </summary>
    public BatchedMap<T> FeaturesPullback => featuresPullback.Value;
}

using System.Numerics;

namespace MbMix.Simulation;

/// <summary>The maps of an <see cref="ITracedChart"/>, each compiled when it is first used.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ChartEngine<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lazy<BatchedMap<T>> features;
    private readonly Lazy<BatchedMap<T>> difference;
    private readonly Lazy<BatchedMap<T>> integrate;
    private readonly Lazy<BatchedMap<T>> pullFeatures;

    /// <summary>Takes the equations; nothing is compiled yet.</summary>
    /// <param name="chart">Equations.</param>
    /// <param name="options">How to execute them.</param>
    public ChartEngine(ITracedChart chart, KernelOptions? options = null)
    {
        int s = chart.StateSize, t = chart.TangentSize, f = chart.FeatureSize;
        Lazy<BatchedMap<T>> Map(Func<TracedFunction> trace, params int[] differentiable) => new(() => new BatchedMap<T>(trace(), options ?? new KernelOptions(), differentiable));
        Traced[] Filled(int size, Action<Traced[]> fill)
        {
            var values = new Traced[size];
            fill(values);
            return values;
        }
        features = Map(() => TracedFunction.Trace([s], x => [Filled(f, y => chart.Features<Traced>(x[0], y))]));
        difference = Map(() => TracedFunction.Trace([s, s], x => [Filled(t, y => chart.Difference<Traced>(x[0], x[1], y))]));
        integrate = Map(() => TracedFunction.Trace([s, t], x => [Filled(s, y => chart.Integrate<Traced>(x[0], x[1], y))]));
        // differentiated in the cotangents alone, where it is linear
        pullFeatures = Map(
            () => TracedFunction
                .Trace([s, t], x => [Filled(f, y => chart.Features<Traced>(Filled(s, moved => chart.Integrate<Traced>(x[0], x[1], moved)), y))])
                .Adjoint((1, false)),
            2);
    }

    /// <summary>State to features.</summary>
    public BatchedMap<T> Features => features.Value;

    /// <summary>Two states to the tangent between them.</summary>
    public BatchedMap<T> Difference => difference.Value;

    /// <summary>State and tangent to a state.</summary>
    public BatchedMap<T> Integrate => integrate.Value;

    /// <summary>State, displacement d and cotangents of the features of <c>Integrate(state, d)</c> to cotangents of d; differentiated in the former alone.</summary>
    public BatchedMap<T> PullFeatures => pullFeatures.Value;
}

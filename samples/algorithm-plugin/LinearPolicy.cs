using MbMix;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples.RandomSearch;

/// <summary>
/// A deterministic policy: the action is a matrix times the normalized observation, clipped to its bounds.
/// </summary>
internal sealed class LinearPolicy : IPolicy
{
    private readonly double[] low, high;

    public LinearPolicy(EnvSpec spec)
    {
        low = [.. spec.Action.Dimensions.Select(d => d.Low)];
        high = [.. spec.Action.Dimensions.Select(d => d.High)];
        Weights = new double[spec.Action.Size * spec.Observation.Size];
        Mean = new double[spec.Observation.Size];
        Scale = [.. Enumerable.Repeat(1.0, spec.Observation.Size)];
    }

    /// <summary>The matrix, one row per action component, row-major <c>[A, O]</c>.</summary>
    public double[] Weights { get; }

    /// <summary>Mean of the observations so far <c>[O]</c>.</summary>
    public double[] Mean { get; }

    /// <summary>Inverse of their standard deviation <c>[O]</c>.</summary>
    public double[] Scale { get; }

    public Tensor Act(Tensor observation, Tensor? noise = null)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var weights = tensor(Weights, [1, low.Length, Mean.Length]).expand(observation.shape[0], -1, -1);
        return ActPerLane(observation, weights).MoveToOuterDisposeScope();
    }

    /// <summary>Acts with a different matrix for each lane, <c>[B, A, O]</c>.</summary>
    public Tensor ActPerLane(Tensor observation, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var normalized = (observation.to(ScalarType.Float64) - tensor(Mean)) * tensor(Scale);
        var raw = weights.bmm(normalized.unsqueeze(2)).squeeze(2);
        return raw.clamp(tensor(low), tensor(high)).to(observation.dtype).MoveToOuterDisposeScope();
    }

    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        for (int a = 0; a < low.Length; a++)
        {
            double sum = 0;
            for (int o = 0; o < Mean.Length; o++)
                sum += Weights[a * Mean.Length + o] * (observation[o] - Mean[o]) * Scale[o];
            action[a] = (float)Math.Clamp(sum, low[a], high[a]);
        }
    }
}

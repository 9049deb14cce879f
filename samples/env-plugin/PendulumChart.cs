using MbMix;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples.Pendulum;

/// <summary>
/// Tangents are plain differences. Because the angle turns without end, a learned model sees its cosine and sine
/// instead.
/// </summary>
internal sealed class PendulumChart : IStateChart
{
    public int TangentSize => 2;

    public int FeatureSize => 3;

    public Tensor Features(Tensor state)
    {
        using var scope = NewDisposeScope();
        var angle = state.narrow(1, 0, 1);
        return cat([angle.cos(), angle.sin(), state.narrow(1, 1, 1)], 1).MoveToOuterDisposeScope();
    }

    public Tensor Difference(Tensor from, Tensor to) => to - from;

    public Tensor Integrate(Tensor state, Tensor tangent) => state + tangent;
}

using MbMix;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples.Pendulum;

/// <summary>The angle turns without end, so a learned model is shown its cosine and sine; steps add up as they are.</summary>
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

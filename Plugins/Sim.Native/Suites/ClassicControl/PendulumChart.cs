using TorchSharp;

namespace MbMix.Sim.Native;

/// <summary>
/// Tangents are plain differences. Because the angle turns without end, a learned model sees its cosine and sine
/// instead.
/// </summary>
internal sealed class PendulumChart : IStateChart
{
    public int TangentSize => 2;

    public int FeatureSize => 3;

    public torch.Tensor Features(torch.Tensor state)
    {
        using var scope = torch.NewDisposeScope();
        var angle = state.narrow(1, 0, 1);
        return torch.cat([angle.cos(), angle.sin(), state.narrow(1, 1, 1)], 1).MoveToOuterDisposeScope();
    }

    public torch.Tensor Difference(torch.Tensor from, torch.Tensor to) => to - from;

    public torch.Tensor Integrate(torch.Tensor state, torch.Tensor tangent) => state + tangent;
}

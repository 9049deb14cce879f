using MbMix;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples.Quadrotor;

/// <summary>
/// Tangents are plain differences, except for the attitude: there they are three Rodrigues parameters r, which turn the
/// attitude into (r / 2, 1) x attitude, normalized, so that quaternions keep norm 1. The features are the state itself.
/// </summary>
internal sealed class QuadrotorChart : IStateChart
{
    public int TangentSize => 12;

    public int FeatureSize => 13;

    public Tensor Features(Tensor state) => state.alias();

    public Tensor Difference(Tensor from, Tensor to)
    {
        using var scope = NewDisposeScope();
        var inverse = Attitude(from) * tensor(new float[] { -1, -1, -1, 1 }, dtype: from.dtype);
        var turn = Product(Attitude(to), inverse);
        return cat([
            to.narrow(1, 0, 3) - from.narrow(1, 0, 3),
            2 * turn.narrow(1, 0, 3) / turn.narrow(1, 3, 1),
            to.narrow(1, 7, 6) - from.narrow(1, 7, 6)], 1).MoveToOuterDisposeScope();
    }

    public Tensor Integrate(Tensor state, Tensor tangent)
    {
        using var scope = NewDisposeScope();
        var half = 0.5 * tangent.narrow(1, 3, 3);
        var turned = Product(cat([half, ones_like(half.narrow(1, 0, 1))], 1), Attitude(state));
        return cat([
            state.narrow(1, 0, 3) + tangent.narrow(1, 0, 3),
            turned / turned.norm(1, keepdim: true),
            state.narrow(1, 7, 6) + tangent.narrow(1, 6, 6)], 1).MoveToOuterDisposeScope();
    }

    private static Tensor Attitude(Tensor state) => state.narrow(1, 3, 4);

    private static Tensor Product(Tensor a, Tensor b)
    {
        Tensor u = a.narrow(1, 0, 3), v = b.narrow(1, 0, 3), s = a.narrow(1, 3, 1), t = b.narrow(1, 3, 1);
        return cat([(s * v) + (t * u) + linalg.cross(u, v, 1), (s * t) - (u * v).sum(1, keepdim: true)], 1);
    }
}

using MbMix.Differentiation;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Gradient;

/// <summary>What a model is fitted to: products along directions, long ones scaled down, useless ones marked.</summary>
public sealed class DerivativeTargetsStayTrue
{
    private const int Rows = 32;
    private const int Probes = 2;

    [Theory]
    [InlineData(Precision.Single)]
    [InlineData(Precision.Double)]
    public void A_product_that_is_scaled_down_belongs_to_its_direction(Precision precision)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole(precision: precision);
        var (transitions, directions) = Transitions(env);
        bool[] valid = [.. Enumerable.Repeat(true, Rows)];
        valid[3] = false;
        var (whole, _) = TransitionDerivatives.Along(env, transitions, valid, directions, 1e9);
        float[] lengths = Lengths(whole);
        float limit = lengths.Order().ElementAt(lengths.Length / 2);
        var (some, usable) = TransitionDerivatives.Along(env, transitions, valid, directions, limit);

        float[] shorter = Lengths(some);
        for (int i = 0; i < lengths.Length; i++) Assert.Equal(Math.Min(lengths[i], limit), shorter[i], limit * 1e-5);
        Assert.Equal(valid, usable);
        var (state, action) = EnvJacobians.Pullback(env, transitions.State, transitions.Action, some.Directions!.to(env.Spec.StateType));
        Assert.True(torch.allclose(state.to(torch.ScalarType.Float32), some.StateProducts!, 1e-4, 1e-4));
        Assert.True(torch.allclose(action.to(torch.ScalarType.Float32), some.ActionProducts!, 1e-4, 1e-4));
    }

    [Fact]
    public void A_product_that_is_not_finite_is_marked()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        var (transitions, directions) = Transitions(env);
        directions[5, 1, 0] = float.PositiveInfinity;
        var (_, usable) = TransitionDerivatives.Along(env, transitions, [.. Enumerable.Repeat(true, Rows)], directions, 1000);
        for (int i = 0; i < Rows; i++) Assert.Equal(i != 5, usable[i]);
    }

    private static (TransitionBatch Transitions, torch.Tensor Directions) Transitions(IDifferentiableEnv env)
    {
        var state = env.Reset([.. Enumerable.Range(0, Rows).Select(lane => new LaneKey(0, lane, 0))]);
        var action = new CounterRandom(0, "actions").NormalTensor(0, Rows, env.Spec.Action.Size).clamp(-1, 1).to(state.dtype);
        using var none = torch.no_grad();
        var next = env.Step(state, action).NextState;
        return (new TransitionBatch(state, action, next), new CounterRandom(0, "directions").NormalTensor(0, Rows, Probes, env.Chart.TangentSize));
    }

    private static float[] Lengths(TransitionBatch batch) =>
        (batch.StateProducts!.square().sum(2) + batch.ActionProducts!.square().sum(2)).sqrt().contiguous().data<float>().ToArray();
}

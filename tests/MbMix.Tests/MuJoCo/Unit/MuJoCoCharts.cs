using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>The chart, written in torch operations, agrees with MuJoCo's own functions.</summary>
public sealed class MuJoCoCharts
{
    [Theory]
    [InlineData("ant-v5", "ant")]
    [InlineData("humanoid-v5", "humanoid")]
    [InlineData("diffrl-ant-v1", "diffrl-ant")]
    [InlineData("hopper-v5", "hopper")]
    public void Integrates_and_differentiates_like_mujoco(string name, string file)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/" + name);
        using var model = MuJoCoEnvs.Model(file);
        const int lanes = 8;
        var state = MuJoCoEnvs.Moving(env, lanes, 4);
        var random = new CounterRandom(1, "tangents");
        var tangent = random.NormalTensor(0, lanes, env.Chart.TangentSize).to(torch.ScalarType.Float64) * 0.4;
        var moved = env.Chart.Integrate(state, tangent);
        for (int lane = 0; lane < lanes; lane++)
        {
            double[] from = MuJoCoEnvs.Numbers(state[lane]);
            double[] step = MuJoCoEnvs.Numbers(tangent[lane]);
            double[] to = MuJoCoEnvs.Numbers(moved[lane]);
            var expected = from[..model.Nq];
            model.IntegratePos(expected, step.AsSpan(0, model.Nv), 1);
            for (int i = 0; i < model.Nq; i++) Assert.Equal(expected[i], to[i], 1e-12);
            var difference = new double[model.Nv];
            model.DifferentiatePos(difference, 1, from.AsSpan(0, model.Nq), to.AsSpan(0, model.Nq));
            double[] ours = MuJoCoEnvs.Numbers(env.Chart.Difference(state, moved)[lane]);
            for (int i = 0; i < model.Nv; i++) Assert.Equal(difference[i], ours[i], 1e-9);
        }
        Assert.InRange((env.Chart.Difference(state, moved) - tangent).abs().max().item<double>(), 0, 1e-9);
        Assert.InRange(env.Chart.Difference(state, state).abs().max().item<double>(), 0, 1e-15);
    }

    [Theory]
    [InlineData("hopper-v5", 0)]
    [InlineData("swimmer-v5", 0, 1)]
    [InlineData("ant-v5", 0, 1, 29)]
    [InlineData("diffrl-ant-v1", 0, 2)]
    public void Features_do_not_tell_where_the_robot_is(string name, params int[] coordinates)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/" + name);
        var state = MuJoCoEnvs.Moving(env, 3, 4);
        var elsewhere = state.clone();
        // the carried position moves with x
        foreach (int i in coordinates) elsewhere.select(1, i).add_(i == 29 ? 3 : 3 + i);
        var features = env.Chart.Features(state);
        Assert.Equal(env.Chart.FeatureSize, (int)features.shape[1]);
        Assert.InRange((features - env.Chart.Features(elsewhere)).abs().max().item<double>(), 0, 1e-12);
        Assert.False(torch.allclose(features, env.Chart.Features(state + 0.1)));
    }
}

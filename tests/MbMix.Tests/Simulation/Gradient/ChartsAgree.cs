using MbMix.Numerics;
using MbMix.TestKit;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Gradient;

/// <summary>
/// Derivatives of charts compared with central differences in double precision: compiled charts, the flat chart, and
/// one made of torch operations.
/// </summary>
public sealed class ChartsAgree
{
    private const int Rows = 5;

    public static TheoryData<string> Names => new([.. Tasks.All, "mujoco/ant-v5", "mujoco/hopper-v5"]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Maps_are_inverse_and_their_derivatives_agree_with_central_differences(string task)
    {
        using var scope = torch.NewDisposeScope();
        var (chart, state) = Point(task);
        Certify.Sound(ChartCheck.Run(task, chart, state));
    }

    [Fact]
    public void Wrong_shapes_and_types_are_named()
    {
        using var scope = torch.NewDisposeScope();
        var (chart, state) = Point("ant");
        string shape = Assert.Throws<MbMixException>(() => chart.Features(torch.zeros(2, 3))).Message;
        Assert.Contains("expected [B, 29]", shape);
        var tangent = torch.zeros([2, 28], torch.ScalarType.Float64);
        string message = Assert.Throws<MbMixException>(() => chart.Integrate(state, tangent)).Message;
        Assert.Contains($"expected [{Rows}, 28]", message);
        var single = state.to(torch.ScalarType.Float32);
        Assert.Contains("Float32", Assert.Throws<MbMixException>(() => chart.Difference(state, single)).Message);
    }

    private static (IStateChart Chart, Tensor State) Point(string task)
    {
        using var env = task.Contains('/') ? MuJoCoEnvs.Make(task) : null;
        if (env is not null) return (env.Chart, MuJoCoEnvs.Moving(env, Rows, 20).to(torch.ScalarType.Float64));
        var traced = Tasks.Make(task, randomStart: true);
        var state = torch.empty([Rows, traced.Spec.State.Size], torch.ScalarType.Float64);
        int size = traced.Spec.State.Size;
        for (int row = 0; row < Rows; row++)
            traced.Reset(new LaneKey(3, row, 0), state.Values<double>().Slice(row * size, size));
        return (traced.Chart, traced.Chart.Integrate(state, Random("moves", traced.Chart.TangentSize) * 0.5).detach());
    }

    private static Tensor Random(string name, int size) =>
        new CounterRandom(4, name).NormalTensor(0, Rows, size).to(torch.ScalarType.Float64);
}

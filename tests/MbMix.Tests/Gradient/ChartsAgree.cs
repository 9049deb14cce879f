using MbMix.Numerics;
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
    private const double Step = 1e-6;

    public static TheoryData<string> Names => new([.. Tasks.All, "mujoco/ant-v5", "mujoco/hopper-v5"]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_of_the_maps_agree_with_central_differences(string task)
    {
        using var scope = torch.NewDisposeScope();
        var (chart, state) = Point(task);
        Tensor tangent = Random("tangents", chart.TangentSize) * 0.3, other = chart.Integrate(state, Random("others", chart.TangentSize) * 0.3).detach();
        // displacements and differences are compared in the tangent space at their result, where components are
        // independent
        var sum = chart.Integrate(state, tangent).detach();
        Agree(tangent, t => chart.Difference(sum, chart.Integrate(state, t)));
        Agree(Still(chart), d => chart.Difference(sum, chart.Integrate(chart.Integrate(state, d), tangent)));
        Agree(Still(chart), d => chart.Difference(chart.Integrate(state, d), other));
        Agree(Still(chart), d => chart.Difference(other, chart.Integrate(state, d)));
        Agree(Still(chart), d => chart.Features(chart.Integrate(state, d)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_pullback_of_features_agrees_with_central_differences_and_is_differentiable(string task)
    {
        using var scope = torch.NewDisposeScope();
        var (chart, state) = Point(task);
        Tensor cotangent = Random("cotangents", chart.FeatureSize).requires_grad_(true), direction = Random("directions", chart.TangentSize);
        var pulled = chart.FeaturesPullback(state, cotangent);
        // features change by J d along a direction d; c J d is the pullback of c times d, and its gradient in c is J d
        var moved = (chart.Features(chart.Integrate(state, direction * Step)) - chart.Features(chart.Integrate(state, direction * -Step))) / (2 * Step);
        Close((cotangent * moved).sum(1), (pulled * direction).sum(1), 1e-7);
        Backward.Run((pulled * direction).sum());
        Close(moved, cotangent.grad!, 1e-7);
        Assert.Equal([Rows, chart.TangentSize], pulled.shape);
    }

    [Fact]
    public void Wrong_shapes_and_types_are_named()
    {
        using var scope = torch.NewDisposeScope();
        var (chart, state) = Point("ant");
        Assert.Contains("expected [B, 29]", Assert.Throws<MbMixException>(() => chart.Features(torch.zeros(2, 3))).Message);
        Assert.Contains($"expected [{Rows}, 28]", Assert.Throws<MbMixException>(() => chart.Integrate(state, torch.zeros([2, 28], torch.ScalarType.Float64))).Message);
        Assert.Contains("Float32", Assert.Throws<MbMixException>(() => chart.Difference(state, state.to(torch.ScalarType.Float32))).Message);
    }

    private static (IStateChart Chart, Tensor State) Point(string task)
    {
        using var env = task.Contains('/') ? MuJoCoEnvs.Make(task) : null;
        if (env is not null) return (env.Chart, MuJoCoEnvs.Moving(env, Rows, 20).to(torch.ScalarType.Float64));
        var traced = Tasks.Make(task, randomStart: true);
        var state = torch.empty([Rows, traced.Spec.State.Size], torch.ScalarType.Float64);
        for (int row = 0; row < Rows; row++) traced.Reset(new LaneKey(3, row, 0), state.Values<double>().Slice(row * traced.Spec.State.Size, traced.Spec.State.Size));
        return (traced.Chart, traced.Chart.Integrate(state, Random("moves", traced.Chart.TangentSize) * 0.5).detach());
    }

    private static Tensor Random(string name, int size) => new CounterRandom(4, name).NormalTensor(0, Rows, size).to(torch.ScalarType.Float64);

    private static Tensor Still(IStateChart chart) => torch.zeros([Rows, chart.TangentSize], torch.ScalarType.Float64);

    private static void Agree(Tensor at, Func<Tensor, Tensor> map)
    {
        var leaf = at.detach().clone().requires_grad_(true);
        var value = map(leaf);
        Tensor cotangent = Random("agree", (int)value.shape[1]), direction = Random("along", (int)at.shape[1]);
        Backward.Run([value], [cotangent], [leaf]);
        var difference = (map(at + (direction * Step)) - map(at - (direction * Step))) / (2 * Step);
        Close((cotangent * difference).sum(1), (leaf.grad! * direction).sum(1), 1e-7);
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        double error = ((expected - actual).abs() / (1 + expected.abs())).max().item<double>();
        Assert.True(error < tolerance, $"{error:G3} off");
    }
}

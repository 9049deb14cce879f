using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Gradient;

/// <summary>
/// Jacobians and pullbacks in tangent coordinates, compared with backward passes through step and chart.
/// </summary>
public sealed class JacobiansAgree
{
    public static TheoryData<string> Names => new(Tasks.All);

    [Theory]
    [MemberData(nameof(Names))]
    public void Pullbacks_by_kernels_equal_backward_passes_through_torch(string task)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Make(task);
        var (state, action) = Point(env, 3);
        var normal = new CounterRandom(1, "cotangents").NormalTensor(0, 3, 2, env.Chart.TangentSize);
        var dNext = normal.to(torch.ScalarType.Float64);
        var (dState, dAction) = ((IJacobianEnv)env).Pullback(state, action, dNext);
        var (expectedState, expectedAction) = EnvJacobians.PullbackByBackward(env, state, action, dNext);
        Close(expectedState, dState, 1e-9);
        Close(expectedAction, dAction, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_of_the_Jacobian_agree_with_pullbacks(string task)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Make(task);
        var (state, action) = Point(env, 2);
        var jacobians = ((IJacobianEnv)env).Linearize(state, action);
        var normal = new CounterRandom(1, "cotangents").NormalTensor(0, 2, 1, env.Chart.TangentSize);
        var dNext = normal.to(torch.ScalarType.Float64);
        var (dState, dAction) = ((IJacobianEnv)env).Pullback(state, action, dNext);
        Close(dState, dNext.matmul(jacobians.State), 1e-9);
        Close(dAction, dNext.matmul(jacobians.Action), 1e-9);
        Assert.Equal([2, env.Spec.Observation.Size, env.Chart.TangentSize], jacobians.ObservationState.shape);
        Assert.Equal([2, env.Spec.Action.Size], jacobians.RewardAction.shape);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Integrate_and_Difference_are_inverse(string task)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Make(task);
        var (state, action) = Point(env, 5);
        var tangent = new CounterRandom(2, "tangents").NormalTensor(0, 5, env.Chart.TangentSize).to(torch.ScalarType.Float64) * 0.3;
        var moved = env.Chart.Integrate(state, tangent);
        Close(tangent, env.Chart.Difference(state, moved), 1e-9);
        Close(moved, env.Chart.Integrate(state, env.Chart.Difference(state, moved)), 1e-9);
        Assert.InRange(env.Chart.Difference(state, state).abs().max().item<double>(), 0, 1e-15);
    }

    [Fact]
    public void What_a_model_sees_does_not_depend_on_where_the_robot_is()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Make("ant");
        var (state, _) = Point(env, 4);
        var elsewhere = Shifted(state, 3.5, -2);
        Close(env.Chart.Features(state), env.Chart.Features(elsewhere), 1e-9);
        Assert.Equal(env.Chart.FeatureSize, (int)env.Chart.Features(state).shape[1]);
    }

    [Fact]
    public void The_tangent_of_a_step_does_not_depend_on_where_the_robot_is()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Make("ant");
        var (state, action) = Point(env, 4);
        Tensor Change(Tensor from) => env.Chart.Difference(from, env.Step(from, action).NextState);
        Close(Change(state), Change(Shifted(state, 1.5, -2)), 1e-7);
    }

    /// <summary>The same robot, moved horizontally: the twist about the world origin changes with it.</summary>
    private static Tensor Shifted(Tensor state, double x, double z)
    {
        var moved = state.clone();
        var w = state.narrow(1, 15, 3);
        var shift = torch.tensor(new double[] { x, 0, z }).expand(w.shape[0], 3);
        moved.narrow(1, 0, 3).add_(shift);
        moved.narrow(1, 18, 3).sub_(torch.linalg.cross(w, shift, 1));
        return moved;
    }

    private static IPredictiveEnv Make(string task) => TracedEnv.Create(
        Tasks.Make(task, randomStart: true),
        new TracedEnvOptions { Precision = Precision.Double },
        new EnvContext { Workers = new Hosting.WorkerPool(1), Logger = NullLogger.Instance });

    private static (Tensor State, Tensor Action) Point(IDifferentiableEnv env, int lanes)
    {
        using var noGrad = torch.no_grad();
        var state = env.Reset([.. Enumerable.Range(0, lanes).Select(lane => new LaneKey(5, lane, 0))]);
        var uniform = new CounterRandom(3, "actions").UniformTensor(0, lanes, env.Spec.Action.Size);
        var action = ((uniform * 2) - 1).to(torch.ScalarType.Float64);
        for (int t = 0; t < 12; t++) state = env.Step(state, action).NextState;
        return (state, action);
    }

    private static void Close(Tensor expected, Tensor actual, double limit)
    {
        double error = ((expected - actual).norm() / expected.norm()).to(torch.ScalarType.Float64).item<double>();
        Assert.True(error < limit, $"relative difference {error:G3}, limit {limit}");
    }
}

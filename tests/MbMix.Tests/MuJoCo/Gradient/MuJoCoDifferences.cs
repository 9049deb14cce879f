using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Gradient;

/// <summary>
/// Derivatives of control steps on MuJoCo: compared with a reference of higher order, backward with Jacobians; clipped
/// actions; costs.
/// </summary>
public sealed class MuJoCoDifferences
{
    private const torch.ScalarType Double = torch.ScalarType.Float64;

    public static TheoryData<string> Names => new(MuJoCoEnvs.Differentiable);

    [Theory]
    [MemberData(nameof(Names))]
    public void Jacobians_agree_with_a_reference_of_fourth_order(string id)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make(id);
        const int lanes = 24;
        var (state, action) = (MuJoCoEnvs.Moving(env, lanes, 6), MuJoCoEnvs.Actions(env, lanes, 30));
        var jacobians = ((IJacobianEnv)env).Linearize(state, action);
        Tensor actual = torch.cat(
            [
                torch.cat([jacobians.State, jacobians.Action], 2),
                torch.cat([jacobians.ObservationState, jacobians.ObservationAction], 2),
                torch.cat([jacobians.RewardState, jacobians.RewardAction], 1).unsqueeze(1),
            ],
            1);
        var reference = FourPoint(env, state, action, 2e-6);
        var check = FourPoint(env, state, action, 5e-6);
        double[] Errors(Tensor of) => RelativeErrors(reference, of);

        // where a contact begins or ends within the perturbations there is no derivative, and the reference disagrees
        // with itself
        double[] doubt = Errors(check), errors = Errors(actual);
        var smooth = Enumerable.Range(0, lanes).Where(i => doubt[i] < 1e-5).Select(i => errors[i]).Order().ToList();
        int[] rough = [.. Enumerable.Range(0, lanes).Where(i => doubt[i] >= 1e-5).OrderBy(i => doubt[i])];
        string others = rough.Length == 0
            ? "no others"
            : $"others: reference against itself {doubt[rough[rough.Length / 2]]:G2} (worst {doubt[rough[^1]]:G2}), "
            + $"ours against it {errors[rough[rough.Length / 2]]:G2}";
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{id}: {smooth.Count} of {lanes} states smooth, median error {smooth[smooth.Count / 2]:G2}; {others}");
        Assert.True(smooth.Count >= lanes / 2, $"only {smooth.Count} of {lanes} states are smooth: {List(doubt)}");
        Assert.True(smooth[smooth.Count / 2] < 1e-5, $"median error {smooth[smooth.Count / 2]:G3}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_and_jacobians_are_the_same(string id)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make(id);
        var (state, action) = (MuJoCoEnvs.Moving(env, 4, 5), MuJoCoEnvs.Actions(env, 4, 31));
        Tensor Weights(int width, int seed) => new CounterRandom(seed, "weights").NormalTensor(0, 4, width).to(Double);
        Tensor w = Weights(env.Chart.TangentSize, 1);
        Tensor o = Weights(env.Spec.Observation.Size, 2);
        Tensor r = Weights(1, 3).squeeze(1);
        var displacement = torch.zeros([4, env.Chart.TangentSize], Double).requires_grad_(true);
        var control = action.clone().requires_grad_(true);
        var step = env.Step(env.Chart.Integrate(state, displacement), control);
        var tangent = env.Chart.Difference(step.NextState.detach(), step.NextState);
        Backward.Run((tangent * w).sum() + (step.Observation * o).sum() + (step.Reward * r).sum());

        var j = ((IJacobianEnv)env).Linearize(state, action);
        Tensor Pull(Tensor next, Tensor observation, Tensor reward) =>
            w.unsqueeze(1).matmul(next).squeeze(1)
            + o.unsqueeze(1).matmul(observation).squeeze(1)
            + (r.unsqueeze(1) * reward);
        Close(Pull(j.State, j.ObservationState, j.RewardState), displacement.grad!, 1e-6);
        Close(Pull(j.Action, j.ObservationAction, j.RewardAction), control.grad!, 1e-6);
        var (byState, byAction) = ((IJacobianEnv)env).Pullback(state, action, w.unsqueeze(1));
        Close(w.unsqueeze(1).matmul(j.State), byState, 1e-12);
        Close(w.unsqueeze(1).matmul(j.Action), byAction, 1e-12);
    }

    [Theory]
    [InlineData("mujoco/hopper-v5")]
    [InlineData("mujoco/half-cheetah-v5")]
    [InlineData("mujoco/inverted-pendulum-v5")]
    [InlineData("mujoco/diffrl-ant-v1")]
    [InlineData("mujoco/diffrl-hopper-v1")]
    public void Evaluating_the_computed_next_state_gives_what_the_step_reports(string id)
    {
        using var scope = torch.NewDisposeScope();
        using var env = (IPredictiveEnv)MuJoCoEnvs.Make(id);
        Tensor state = MuJoCoEnvs.Moving(env, 4, 5).requires_grad_(true);
        Tensor action = MuJoCoEnvs.Actions(env, 4, 32).requires_grad_(true);
        var step = env.Step(state, action);
        var evaluated = env.Evaluate(state, action, step.NextState);
        Assert.True(MuJoCoEnvs.Same(step.Observation, evaluated.Observation));
        Assert.True(MuJoCoEnvs.Same(step.Reward, evaluated.Reward));
        Assert.True(MuJoCoEnvs.Same(step.Terminated, evaluated.Terminated));
        Tensor[] Gradients(Tensor observation, Tensor reward)
        {
            foreach (var leaf in new[] { state, action }) leaf.grad?.zero_();
            Backward.Run(observation.sum() + reward.sum(), retainGraph: true);
            return [state.grad!.clone(), action.grad!.clone()];
        }
        var expected = Gradients(step.Observation, step.Reward);
        var actual = Gradients(evaluated.Observation, evaluated.Reward);

        // a cotangent of a quaternion may have a part along the quaternion, in which no state moves
        Tensor OnChart(Tensor gradient)
        {
            var displacement = torch.zeros([4, env.Chart.TangentSize], Double).requires_grad_(true);
            Backward.Run((env.Chart.Integrate(state.detach(), displacement) * gradient).sum());
            return displacement.grad!;
        }
        Close(OnChart(expected[0]), OnChart(actual[0]), 1e-6);
        Close(expected[1], actual[1], 1e-6);
    }

    [Fact]
    public void A_clipped_action_has_no_derivative_beyond_its_bounds_and_an_inward_one_at_them()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/half-cheetah-v5");
        var state = MuJoCoEnvs.Start(env, 1);
        Tensor Gradient(double value)
        {
            var action = torch.full([1, 6], value, Double).requires_grad_(true);
            using var step = env.Step(state, action);
            Backward.Run(step.NextState.sum() + step.Reward.sum());
            return action.grad!;
        }
        Assert.Equal(0, Gradient(1.5).abs().max().item<double>());
        Assert.Equal(0, Gradient(-1.0000001).abs().max().item<double>());
        Close(Gradient(1 - 1e-5), Gradient(1), 1e-2);
        Assert.True(Gradient(-1).abs().min().item<double>() > 1e-3);
        using var within = env.Step(state, torch.ones([1, 6], Double));
        using var beyond = env.Step(state, torch.full([1, 6], 7.0, Double));
        Assert.True(
            MuJoCoEnvs.Same(within.NextState, beyond.NextState) && MuJoCoEnvs.Same(within.Reward, beyond.Reward));
    }

    [Fact]
    public void Differences_are_taken_once_and_only_when_needed()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/hopper-v5");
        var costs = ((IMeteredEnv)env).Costs;
        Tensor state = MuJoCoEnvs.Start(env, 5).requires_grad_(true);
        Tensor action = MuJoCoEnvs.Actions(env, 5, 1).requires_grad_(true);
        var step = env.Step(state, action);
        Assert.Equal((5, 0), (costs.ForwardSteps, costs.DifferencingSteps));
        Backward.Run(step.Reward.sum(), retainGraph: true);

        // 12 tangent coordinates and 3 actions, both sides
        const int once = 5 * 2 * (12 + 3);
        Assert.Equal(once, costs.DifferencingSteps);
        Backward.Run(step.Observation.sum());
        Assert.Equal((once, 10), (costs.DifferencingSteps, costs.BackwardSteps));

        // explicit products along many probes, and then the backward pass over the same steps, share one set of
        // differences
        var later = env.Step(
            state.detach().requires_grad_(true), action = MuJoCoEnvs.Actions(env, 5, 2).requires_grad_(true));
        var probes = torch.ones([5, 7, 12], Double);
        ((IJacobianEnv)env).Pullback(state.detach(), action.detach(), probes);
        ((IJacobianEnv)env).Pullback(state.detach(), action.detach(), probes);
        Backward.Run(later.Reward.sum());
        Assert.Equal(2 * once, costs.DifferencingSteps);
        using var quiet = torch.no_grad();
        Assert.False(env.Step(state, action).Reward.requires_grad);
    }

    [Fact]
    public void One_sided_differences_cost_half_and_are_close()
    {
        using var scope = torch.NewDisposeScope();
        using IDifferentiableEnv centered = MuJoCoEnvs.Make("mujoco/swimmer-v5");
        using IDifferentiableEnv forward = MuJoCoEnvs.Make(
            "mujoco/swimmer-v5", ["env.centered=false", "env.epsilon=1e-7"]);
        var (state, action) = (MuJoCoEnvs.Moving(centered, 4, 3), MuJoCoEnvs.Actions(centered, 4, 3));
        Jacobians a = ((IJacobianEnv)centered).Linearize(state, action);
        Jacobians b = ((IJacobianEnv)forward).Linearize(state, action);
        Close(a.State, b.State, 1e-5);
        Close(a.Action, b.Action, 1e-5);
        Assert.Equal(4 * 2 * 12, ((IMeteredEnv)centered).Costs.DifferencingSteps);
        Assert.Equal(4 * (1 + 10 + (2 * 2)), ((IMeteredEnv)forward).Costs.DifferencingSteps);
    }

    [Fact]
    public void A_solver_that_stops_early_has_no_gradients_unless_the_option_says_so()
    {
        using var scope = torch.NewDisposeScope();
        using IDifferentiableEnv none = MuJoCoEnvs.Make("mujoco/humanoid-v5");
        using IDifferentiableEnv wanted = MuJoCoEnvs.Make("mujoco/humanoid-v5", ["env.differenceAnySolver=true"]);
        Tensor state = MuJoCoEnvs.Start(none, 1).requires_grad_(true), action = MuJoCoEnvs.Actions(none, 1, 0);
        Assert.False(none.Step(state, action).NextState.requires_grad);
        Assert.Contains(
            "env.differenceAnySolver=true",
            Assert.Throws<MbMixException>(() => ((IJacobianEnv)none).Linearize(state, action)).Message,
            StringComparison.Ordinal);
        Assert.Equal(GradientKind.FiniteDifference, wanted.Spec.Gradient.Kind);
        Backward.Run(wanted.Step(state, action).Reward.sum());
        Assert.True(state.grad!.abs().max().item<double>() > 0);
    }

    [Fact]
    public void A_solver_that_stops_early_does_not_agree_with_itself()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/humanoid-v5", ["env.differenceAnySolver=true"]);
        const int lanes = 6;
        // fallen, in contact; in the air there is nothing for the solver to do
        var (state, action) = (MuJoCoEnvs.Moving(env, lanes, 60), MuJoCoEnvs.Actions(env, lanes, 30));
        Tensor fine = FourPoint(env, state, action, 2e-6), coarse = FourPoint(env, state, action, 5e-6);
        double[] doubt = [.. RelativeErrors(fine, coarse).Order()];
        TestContext.Current.TestOutputHelper?.WriteLine($"humanoid-v5 (PGS): reference against itself {List(doubt)}");
        Assert.True(doubt[lanes / 2] > 1e-5, $"median {doubt[lanes / 2]:G2}: then its gradients need not be refused");
    }

    [Fact]
    public void An_action_in_single_precision_keeps_its_gradient()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/hopper-v5");
        var state = MuJoCoEnvs.Start(env, 2);
        Tensor single = MuJoCoEnvs.Actions(env, 2, 0).to(torch.ScalarType.Float32).requires_grad_(true);
        Tensor exact = single.detach().to(Double).requires_grad_(true);
        foreach (var action in new[] { single, exact }) Backward.Run(env.Step(state, action).NextState.sum());
        Assert.Equal(torch.ScalarType.Float32, single.grad!.dtype);
        Close(exact.grad!, single.grad!.to(Double), 1e-6);
    }

    [Fact]
    public void The_first_observation_is_differentiable_too()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/reacher-v5");
        var state = MuJoCoEnvs.Start(env, 2).requires_grad_(true);
        var observation = env.Observe(state, torch.zeros([2, 2], Double));
        Backward.Run(observation.narrow(1, 8, 2).sum());

        // fingertip minus target: the target's own coordinates enter with -1
        Assert.True(torch.allclose(state.grad!.narrow(1, 2, 2), torch.full([2, 2], -1.0, Double), atol: 1e-8));
        Assert.True(state.grad!.narrow(1, 0, 2).abs().min().item<double>() > 1e-4);
        Assert.Equal(0, state.grad!.narrow(1, 4, 4).abs().max().item<double>());
    }

    // (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h through the environment's own step and chart
    private static Tensor FourPoint(IDifferentiableEnv env, Tensor state, Tensor action, double h)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        int t = env.Chart.TangentSize;
        var center = env.Step(state, action).NextState;
        Tensor At(int input, double by)
        {
            Tensor delta = torch.zeros([state.shape[0], t], Double), control = action.clone();
            if (input < t) delta.select(1, input).add_(by);
            else control.select(1, input - t).add_(by);
            var step = env.Step(env.Chart.Integrate(state, delta), control);
            return torch.cat(
                [env.Chart.Difference(center, step.NextState), step.Observation, step.Reward.unsqueeze(1)], 1);
        }
        Tensor Column(int input) =>
            ((8 * (At(input, h) - At(input, -h))) - (At(input, 2 * h) - At(input, -2 * h))) / (12 * h);
        var columns = Enumerable.Range(0, t + env.Spec.Action.Size).Select(Column);
        return torch.stack([.. columns], 2).MoveToOuterDisposeScope();
    }

    private static double[] RelativeErrors(Tensor expected, Tensor actual)
    {
        double Error(int lane) => ((actual[lane] - expected[lane]).norm() / expected[lane].norm()).item<double>();
        return [.. Enumerable.Range(0, (int)expected.shape[0]).Select(Error)];
    }

    private static string List(double[] values) => string.Join(' ', values.Select(v => v.ToString("G2")));

    private static void Close(Tensor expected, Tensor actual, double limit)
    {
        double error = ((expected - actual).norm() / expected.norm()).item<double>();
        Assert.True(error < limit, $"relative difference {error:G3}, limit {limit}");
    }
}

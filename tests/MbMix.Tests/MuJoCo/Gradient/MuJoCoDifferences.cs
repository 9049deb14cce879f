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
        Tensor actual = StepJacobians.Of(env, state, action);
        var reference = StepJacobians.FourPoint(env, state, action, 2e-6);
        var check = StepJacobians.FourPoint(env, state, action, 5e-6);
        double[] Errors(Tensor of) => StepJacobians.RelativeErrors(reference, of);

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
        Assert.True(smooth.Count >= lanes / 2, $"only {smooth.Count} of {lanes} states are smooth: {StepJacobians.List(doubt)}");
        Assert.True(smooth[smooth.Count / 2] < 1e-5, $"median error {smooth[smooth.Count / 2]:G3}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_and_jacobians_are_the_same(string id)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make(id);
        StepJacobians.RequireBackwardIsTheSame(env, MuJoCoEnvs.Moving(env, 4, 5), MuJoCoEnvs.Actions(env, 4, 31));
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
        StepJacobians.Close(OnChart(expected[0]), OnChart(actual[0]), 1e-6);
        StepJacobians.Close(expected[1], actual[1], 1e-6);
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
        StepJacobians.Close(Gradient(1 - 1e-5), Gradient(1), 1e-2);
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
        StepJacobians.Close(a.State, b.State, 1e-5);
        StepJacobians.Close(a.Action, b.Action, 1e-5);
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
        Tensor fine = StepJacobians.FourPoint(env, state, action, 2e-6), coarse = StepJacobians.FourPoint(env, state, action, 5e-6);
        double[] doubt = [.. StepJacobians.RelativeErrors(fine, coarse).Order()];
        TestContext.Current.TestOutputHelper?.WriteLine($"humanoid-v5 (PGS): reference against itself {StepJacobians.List(doubt)}");
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
        StepJacobians.Close(exact.grad!, single.grad!.to(Double), 1e-6);
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
}

using MbMix.Numerics;
using MbMix.Sim.Stub;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Gradient;

/// <summary>The stub environments agree with their closed forms, in values and gradients.</summary>
public sealed class StubClosedForms
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void The_point_mass_moves_as_its_closed_form_says_and_so_does_the_gradient_of_its_return()
    {
        const int steps = 30;
        using var scope = torch.NewDisposeScope();
        using var env = StubEnvs.Make(PointMass.Id);
        var random = new Random(3);
        double[] start = [0.7, -0.4, 0.1, 0.3];
        (double X, double Y)[] forces =
            [.. Enumerable.Range(0, steps).Select(_ => (Within(random), Within(random)))];
        var first = Row(start).requires_grad_(true);
        Tensor[] actions = [.. forces.Select(f => Row(f.X, f.Y).requires_grad_(true))];
        Tensor state = first, sum = torch.zeros(1, torch.ScalarType.Float64);
        for (int t = 0; t < steps; t++)
        {
            var step = env.Step(state, actions[t]);
            (state, sum) = (step.NextState, sum + step.Reward);
            Close(PointMassMotion.State(start, forces, t + 1), state);
        }
        Backward.Run(sum.sum());
        var (expected, byStart, byForces) = PointMassMotion.Gradient(start, forces);
        Close([expected], sum);
        Close(byStart, first.grad!);
        for (int t = 0; t < steps; t++) Close([byForces[t].X, byForces[t].Y], actions[t].grad!);
    }

    [Fact]
    public void Forces_beyond_the_bounds_push_no_harder_and_have_no_gradient()
    {
        using var scope = torch.NewDisposeScope();
        using var env = StubEnvs.Make(PointMass.Id);
        var action = Row(3, -0.5).requires_grad_(true);
        var step = env.Step(Row(0, 0, 0, 0), action);
        Close(PointMassMotion.State([0, 0, 0, 0], [(1, -0.5)], 1), step.NextState);
        Backward.Run(step.NextState.sum());
        Close([0, (PointMassMotion.Period * PointMassMotion.Period / 2) + PointMassMotion.Period], action.grad!);
    }

    [Fact]
    public void A_point_mass_far_from_the_target_ends_the_episode()
    {
        using var scope = torch.NewDisposeScope();
        using var env = StubEnvs.Make(PointMass.Id);
        var step = env.Step(Rows([2.9, 0, 0, 0], [2.9, 0, 2, 0]), torch.zeros(2, 2, torch.ScalarType.Float64));
        Assert.Equal([false, true], step.Terminated.data<bool>().ToArray());
    }

    [Theory]
    [InlineData(0.3, 0.02, 0.4, -1.2)] // the impact is in the middle of the step
    [InlineData(0.0, 0.001, -0.7, -4.0)] // right after its begin
    [InlineData(0.0, 0.15, 1.0, -2.9)] // right before its end
    [InlineData(0.2, 0.8, 0.5, -0.3)] // in a later step
    public void Across_an_impact_the_step_has_the_derivatives_of_the_saltation_matrix(
        double x, double z, double speed, double fall)
    {
        using var scope = torch.NewDisposeScope();
        using var env = StubEnvs.Make(OneBounce.Id);
        double[] state = [x, z, speed, fall];
        var (next, byState, byAction) = OneBounceMotion.Step(state, 1.7);
        var jacobians = ((IJacobianEnv)env).Linearize(Row(state), Row(1.7));
        using (torch.no_grad()) Close(next, env.Step(Row(state), Row(1.7)).NextState);
        Close([.. byState.Cast<double>()], jacobians.State);
        Close(byAction, jacobians.Action);
    }

    [Fact]
    public void The_first_three_of_these_states_have_an_impact_and_the_last_has_none()
    {
        double[][] states = [[0.3, 0.02, 0.4, -1.2], [0, 0.001, -0.7, -4], [0, 0.15, 1, -2.9], [0.2, 0.8, 0.5, -0.3]];
        Assert.Equal(
            [true, true, true, false],
            states.Select(s => OneBounceMotion.TimeOfImpact(s) < OneBounceMotion.Period));
    }

    [Fact]
    public void In_an_episode_the_ball_bounces_once()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var env = StubEnvs.Make(OneBounce.Id);
        var state = env.Reset([.. Enumerable.Range(0, 64).Select(lane => new LaneKey(1, lane, 0))]);
        var rises = torch.zeros(64, torch.ScalarType.Int32);
        for (int t = 0; t < env.Spec.EpisodeLength; t++)
        {
            var step = env.Step(state, torch.zeros(64, 1, torch.ScalarType.Float64));
            rises += ((state.select(1, 3) < 0) & (step.NextState.select(1, 3) > 0)).to(torch.ScalarType.Int32);
            state = step.NextState;
        }
        Assert.All(rises.data<int>().ToArray(), count => Assert.Equal(1, count));
    }

    [Fact]
    public void The_best_actions_of_the_linear_quadratic_task_earn_what_the_Riccati_equation_promises()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var env = StubEnvs.Make(LinearQuadratic.Id);
        Assert.Equal(LinearQuadraticOptimum.Horizon, env.Spec.EpisodeLength);
        double[][] corners = [[1, 1, 1], [1, 1, -1], [1, -1, 1], [-1, 1, 1]];
        foreach (double[] start in corners)
        {
            double earned = Earned(env, start, (s, t) => LinearQuadraticOptimum.Action(s, t));
            Assert.Equal(LinearQuadraticOptimum.Return(start), earned, Tolerance);
            // and any other actions less
            double other = Earned(env, start, (s, t) => [.. LinearQuadraticOptimum.Action(s, t).Select(a => a * 1.01)]);
            Assert.True(other < earned, $"{other} is not less than {earned}");
        }
    }

    private static double Earned(IDifferentiableEnv env, double[] start, Func<double[], int, double[]> act)
    {
        var state = Row(start);
        double sum = 0;
        for (int t = 0; t < env.Spec.EpisodeLength; t++)
        {
            double[] action = act(state.data<double>().ToArray(), t);
            Assert.All(action, a => Assert.InRange(Math.Abs(a), 0, LinearQuadraticOptimum.ActionBound));
            var step = env.Step(state, Row(action));
            sum += step.Reward.item<double>();
            state = step.NextState;
        }
        return sum;
    }

    private static double Within(Random random) => (1.8 * random.NextDouble()) - 0.9;

    private static Tensor Row(params double[] values) => torch.tensor(values, [1, values.Length]);

    private static Tensor Rows(params double[][] rows) => torch.cat([.. rows.Select(Row)], 0);

    private static void Close(double[] expected, Tensor actual)
    {
        double[] values = actual.detach().contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], values[i], Tolerance * (1 + Math.Abs(expected[i])));
    }
}

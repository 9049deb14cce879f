using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

/// <summary>The work of an environment that does not meter itself is counted where it is asked for.</summary>
public sealed class EnvMeterTests
{
    private const int Lanes = 4, Horizon = 6, Probes = 3, Tangent = 2, Observations = 3;

    [Fact]
    public void Steps_are_counted_per_lane_and_backward_passes_each_time()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        Tensor state = zeros(Lanes, Tangent), action = ones(Lanes, 1);
        EnvMeter.Step(env, state, action);
        AssertCosts(env, Lanes, 0);
        using (no_grad()) EnvMeter.Step(env, state, action.clone().requires_grad_(true));
        AssertCosts(env, 2 * Lanes, 0);
        var leaf = action.clone().requires_grad_(true);
        var step = EnvMeter.Step(env, state, leaf);
        AssertCosts(env, 3 * Lanes, 0);
        Backward.Run(step.Reward.sum(), retainGraph: true);
        AssertCosts(env, 3 * Lanes, Lanes);
        Backward.Run(step.NextState.sum());
        AssertCosts(env, 3 * Lanes, 2 * Lanes);

        // the meter changes no number
        var (other, bare) = (action.clone().requires_grad_(true), env.Step(state, action));
        Assert.True(allclose(bare.NextState, step.NextState.detach(), 0, 0));
        var direct = env.Step(state, other);
        Backward.Run(direct.Reward.sum() + direct.NextState.sum());
        Assert.True(allclose(other.grad!, leaf.grad!, 1e-6, 1e-7));
        AssertCosts(env, 3 * Lanes, 2 * Lanes);
    }

    [Fact]
    public void A_window_of_environments_is_counted_forward_and_backward()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { EpisodeLength = 4 };
        using var envs = new VectorEnv(env, Lanes, 1);
        AssertCosts(env, 0, 0);
        envs.BeginIteration();
        envs.BeginWindow();
        var actions = new CounterRandom(1, "actions").NormalTensor(0, Horizon, Lanes, 1).requires_grad_(true);
        Tensor total = zeros(1);
        foreach (var action in actions.unbind(0)) total += envs.Step(action).Reward.sum();
        AssertCosts(env, Lanes * Horizon, 0);
        Backward.Run(total);
        AssertCosts(env, Lanes * Horizon, Lanes * Horizon);
        envs.EndWindow();
        var costs = envs.ReportCosts(policyUpdates: 1);
        Assert.Equal(new CostCounters(Lanes * Horizon, Lanes * Horizon, 0, 0, 0, 1, 0), costs);
    }

    [Fact]
    public void A_repeated_step_after_a_fault_is_counted_again()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { SickLane = 1 };
        using var envs = new VectorEnv(env, 30, 1);
        envs.BeginWindow();
        for (int t = 0; t < 12; t++) envs.Step(ones(30, 1));
        envs.EndWindow();
        AssertCosts(env, 30 * 13, 0);
    }

    [Fact]
    public void Derivatives_by_sweeps_are_one_step_forward_and_a_backward_pass_each()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        Tensor state = zeros(Lanes, Tangent), action = ones(Lanes, 1);
        EnvJacobians.Pullback(env, state, action, ones(Lanes, Probes, Tangent));
        AssertCosts(env, Lanes, Lanes * Probes);
        EnvJacobians.Linearize(env, state, action);
        int rows = Tangent + Observations + 1;
        AssertCosts(env, 2 * Lanes, Lanes * (Probes + rows));
    }

    [Fact]
    public void An_environment_that_meters_itself_is_believed()
    {
        using var scope = NewDisposeScope();
        using var inner = new LearningPointMass();
        using var env = new Metered(inner);
        env.Costs.ForwardSteps = 1000;
        Backward.Run(EnvMeter.Step(env, zeros(Lanes, Tangent), ones(Lanes, 1).requires_grad_(true)).Reward.sum());
        Assert.Same(env.Costs, EnvMeter.CostsOf(env));
        AssertCosts(env, 1000, 0);
    }

    [Fact]
    public void Two_environments_have_two_accounts()
    {
        using var scope = NewDisposeScope();
        using LearningPointMass one = new(), other = new();
        EnvMeter.Step(one, zeros(Lanes, Tangent), ones(Lanes, 1));
        AssertCosts(one, Lanes, 0);
        AssertCosts(other, 0, 0);
    }

    [Theory]
    [InlineData("shac")]
    [InlineData("mbmix")]
    [InlineData("ppo")]
    [InlineData("apg")]
    public void Evaluations_between_iterations_are_not_counted(string algorithm)
    {
        using var env = new LearningPredictiveMass();
        using var run = new LearningRun(algorithm, 1, env);
        using var plainEnv = new LearningPredictiveMass();
        using var plain = new LearningRun(algorithm, 1, plainEnv);
        for (int i = 0; i < 3; i++)
        {
            var report = run.Optimizer.Iterate(CancellationToken.None);
            Assert.Equal(plain.Optimizer.Iterate(CancellationToken.None).Costs, report.Costs);
            bool learnsModel = algorithm == "mbmix";

            // derivatives for the model start from a forward step of their own
            Assert.Equal((learnsModel ? 2 : 1) * report.EnvironmentSteps, report.Costs.ForwardSteps);
            int backward = algorithm == "ppo" ? 0 : learnsModel ? 2 : 1;
            Assert.Equal(backward * report.EnvironmentSteps, report.Costs.BackwardSteps);
            LearningOptimizers.Evaluate(env, run.Optimizer.Policy);
        }
        Assert.True(EnvMeter.CostsOf(env).ForwardSteps > EnvMeter.CostsOf(plainEnv).ForwardSteps);
    }

    private static void AssertCosts(IDifferentiableEnv env, long forward, long backward)
    {
        var costs = EnvMeter.CostsOf(env);
        Assert.Equal(
            (forward, backward, 0L, 0L),
            (costs.ForwardSteps, costs.BackwardSteps, costs.Pullbacks, costs.DifferencingSteps));
    }

    /// <summary>Keeps its own account, and forgets to.</summary>
    private sealed class Metered(LearningPointMass inner) : IDifferentiableEnv, IMeteredEnv
    {
        public EnvCosts Costs { get; } = new();

        public EnvSpec Spec => inner.Spec;

        public IStateChart Chart => inner.Chart;

        public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => inner.Reset(lanes);

        public Tensor Observe(Tensor state, Tensor lastAction) => inner.Observe(state, lastAction);

        public EnvStep Step(Tensor state, Tensor action) => inner.Step(state, action);

        public void Dispose()
        {
        }
    }
}

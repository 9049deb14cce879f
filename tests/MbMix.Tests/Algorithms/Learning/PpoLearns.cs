using MbMix.Algo.PPO;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Learning;

public sealed class PpoLearns
{
    [Theory]
    [InlineData(torch.ScalarType.Float32)]
    [InlineData(torch.ScalarType.Float64)]
    public void The_point_mass_is_brought_to_rest_without_gradients_of_the_environment(torch.ScalarType type)
    {
        using var env = new LearningPointMass(type) { Gradient = GradientCapability.None };
        using var ppo = LearningOptimizers.Ppo(env, 1, o => o.RewardScale = 0.1);
        double before = LearningOptimizers.Evaluate(env, ppo.Policy);
        LearningOptimizers.Trace(ppo, 60);
        double after = LearningOptimizers.Evaluate(env, ppo.Policy);
        // the Riccati feedback, clipped to the bounds, scores -2.2 from such start states
        Assert.InRange(after, -3, 0);
        Assert.True(before < -10, $"{before}");
    }

    [Fact]
    public void Means_far_outside_the_bounds_are_pulled_back_from_both_sides()
    {
        foreach (double side in new[] { -3.0, 3.0 })
        {
            using var env = new LearningPointMass();
            using var ppo = LearningOptimizers.Ppo(env, 1, o => (o.BoundsCoefficient, o.TargetKl, o.LearningRate) = (100, 0, 1e-2));
            var parameters = ((PpoNetwork)ppo.Policy).Parameters;
            parameters[parameters.IndexOf("1.bias")][0] = (float)side;
            var first = ppo.Iterate(TestContext.Current.CancellationToken);
            var last = first;
            for (int i = 0; i < 5; i++) last = ppo.Iterate(TestContext.Current.CancellationToken);
            Assert.True(Metric(first, "loss/bounds") > 0.05, $"{Metric(first, "loss/bounds")}");
            Assert.True(Metric(last, "loss/bounds") < 0.02, $"{Metric(last, "loss/bounds")}");
        }
    }

    [Fact]
    public void Rescaling_the_value_head_leaves_the_values_and_the_means_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new LearningPointMass();
        using var network = new PpoNetwork(new PpoOptions { Hidden = [16] }, env.Spec, null, seed: 1);
        var x = torch.ones(4, 3);
        var (mean, value) = network.Evaluate(x);
        network.RescaleValue(1, 2, -3, 0.5);
        var (meanAfter, valueAfter) = network.Evaluate(x);
        Assert.True(torch.allclose(mean, meanAfter));
        Assert.True(torch.allclose(value * 2 + 1, valueAfter * 0.5 - 3, 1e-5, 1e-5));
        Assert.False(torch.allclose(value, valueAfter));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sick_lanes_and_terminations_are_survived(bool sick)
    {
        using var env = new LearningPointMass { SickLane = sick ? 2 : -1, Wall = 1 };
        using var ppo = LearningOptimizers.Ppo(env, 1);
        IterationReport? report = null;
        for (int i = 0; i < 3; i++) report = ppo.Iterate(TestContext.Current.CancellationToken);
        Assert.Equal(sick ? 1 : 0, report!.Episodes.Faults);
        Assert.All(report.Metrics, m => Assert.True(double.IsFinite(m.Value), m.Name));
        Assert.Equal(new CostCounters((3 * 640) + (sick ? 16 : 0), 0, 0, 0, 0, 60, 0), report.Costs);
    }

    [Fact]
    public void A_time_limit_is_worth_the_value_of_what_follows()
    {
        // five steps per episode and reward -1 at every step: with the bootstrap values sink towards -10, without it to -2.6 on average
        using var env = new ConstantCost { EpisodeLength = 5 };
        using var ppo = LearningOptimizers.Ppo(env, 1, o => (o.Gamma, o.RewardScale, o.LearningRate, o.TargetKl) = (0.9, 1, 1e-2, 0));
        IterationReport? report = null;
        for (int i = 0; i < 40; i++) report = ppo.Iterate(TestContext.Current.CancellationToken);
        Assert.InRange(Metric(report!, "value/mean"), -11, -8);
    }

    private static double Metric(IterationReport report, string name) => report.Metrics.Single(m => m.Name == name).Value;

    private sealed class ConstantCost : LearningPointMass, IDifferentiableEnv
    {
        EnvStep IDifferentiableEnv.Step(torch.Tensor state, torch.Tensor action)
        {
            var step = Step(state, action);
            return step with { Reward = torch.full_like(step.Reward, -1) };
        }
    }
}

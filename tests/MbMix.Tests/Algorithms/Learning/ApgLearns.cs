using MbMix.Algo.APG;
using MbMix.Tests.Support;

namespace MbMix.Tests.Learning;

/// <summary>Without a critic, APG learns what a window shows.</summary>
public sealed class ApgLearns
{
    [Theory]
    [InlineData(ApgObjective.Discounted)]
    [InlineData(ApgObjective.Mean)]
    public void The_point_mass_is_brought_to_rest(ApgObjective objective)
    {
        using var env = new LearningPointMass();
        var options = new ApgOptions
        {
            Environments = 8,
            Horizon = 40,
            ActorHidden = [16],
            ActorLearningRate = 1e-2,
            Objective = objective,
        };
        using var apg = ApgPlugin.Create(options, LearningOptimizers.Context(env, 1, 40 * 320));
        double before = LearningOptimizers.Evaluate(env, apg.Policy);
        LearningOptimizers.Trace(apg, 40);
        double after = LearningOptimizers.Evaluate(env, apg.Policy);
        // as ShacLearns: the Riccati feedback scores -2.2, an untrained policy below -100
        Assert.InRange(after, -4.5, 0);
        Assert.True(after > before + 3, $"{before} -> {after}");
    }

    [Fact]
    public void A_sick_lane_is_counted_and_training_goes_on()
    {
        using var env = new LearningPointMass { SickLane = 2 };
        using var run = new LearningRun("apg", 1, env);
        IterationReport? report = null;
        for (int i = 0; i < 4; i++) report = run.Optimizer.Iterate(TestContext.Current.CancellationToken);
        Assert.Equal(1, report!.Episodes.Faults);
        Assert.All(report.Metrics, m => Assert.True(double.IsFinite(m.Value), m.Name));
        Assert.Equal(0, report.Metrics.Single(m => m.Name == "gradient/skipped").Value);
    }

    [Fact]
    public void An_environment_without_gradients_is_refused_in_one_line()
    {
        using var env = new LearningPointMass { Gradient = GradientCapability.None };
        string message = Assert.Throws<MbMixException>(() => new LearningRun("apg", 1, env)).Message;
        Assert.Contains("test/point-mass-v1 has no gradients; choose PPO", message, StringComparison.Ordinal);
    }
}

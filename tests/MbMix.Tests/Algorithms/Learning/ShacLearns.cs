using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Learning;

public sealed class ShacLearns
{
    [Theory]
    [InlineData(torch.ScalarType.Float32)]
    [InlineData(torch.ScalarType.Float64)]
    public void The_point_mass_is_brought_to_rest(torch.ScalarType type)
    {
        using var env = new LearningPointMass(type);
        using var shac = LearningOptimizers.Shac(env, 1, iterations: 60);
        double before = LearningOptimizers.Evaluate(env, shac.Policy);
        LearningOptimizers.Trace(shac, 60);
        double after = LearningOptimizers.Evaluate(env, shac.Policy);
        // the Riccati feedback, clipped to the bounds, scores -2.2 from such start states; an untrained policy below -100
        Assert.InRange(after, -4.5, 0);
        Assert.True(after > before + 3, $"{before} -> {after}");
    }

    [Fact]
    public void Sick_lanes_are_counted_and_training_goes_on()
    {
        using var env = new LearningPointMass { SickLane = 2 };
        using var shac = LearningOptimizers.Shac(env, 1);
        IterationReport? report = null;
        for (int i = 0; i < 4; i++) report = shac.Iterate(TestContext.Current.CancellationToken);
        Assert.Equal(1, report!.Episodes.Faults);
        Assert.All(report.Metrics, m => Assert.True(double.IsFinite(m.Value), m.Name));
        Assert.Equal(0, report.Metrics.Single(m => m.Name == "gradient/skipped").Value);
    }

    [Fact]
    public void An_environment_without_gradients_is_refused_in_one_line()
    {
        using var env = new LearningPointMass { Gradient = GradientCapability.None };
        Assert.Contains("choose PPO", Assert.Throws<MbMixException>(() => LearningOptimizers.Shac(env, 1)).Message);
    }

    [Fact]
    public void Costs_and_seconds_add_up()
    {
        using var env = new LearningPointMass();
        using var shac = LearningOptimizers.Shac(env, 1);
        shac.Iterate(TestContext.Current.CancellationToken);
        var r = shac.Iterate(TestContext.Current.CancellationToken);
        Assert.Equal(new CostCounters(160, 160, 0, 0, 0, 2, 0), r.Costs);
        Assert.Equal(160, r.EnvironmentSteps);
        Assert.True(r.Seconds is { Simulation: > 0, Networks: > 0, Optimizer: > 0 });
        Assert.True(r.Seconds.Simulation + r.Seconds.Networks + r.Seconds.Optimizer <= r.Seconds.Total);
    }
}

using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Tests.Unit.Learning;

public sealed class GradientHealthTests
{
    private static readonly UpdateReport Fine = new(0.5, false, false);

    [Fact]
    public void Quarters_are_norms_and_the_cosine_is_that_of_two_updates()
    {
        var health = new GradientHealth(new Lines(), 4, 8);
        health.Observe([1, 0], [3, 4, 0, 0, 1, 1, 0, 2]);
        Assert.Equal([5, 0, Math.Sqrt(2), 2], Values(health)[..4]);
        Assert.True(double.IsNaN(Values(health)[4]));
        health.Observe([1, 1], [0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(Math.Sqrt(0.5), Values(health)[4], 1e-9);
        health.Nothing(0);
        Assert.All(Values(health)[..5], v => Assert.True(double.IsNaN(v)));
    }

    [Fact]
    public void The_share_of_clipped_updates_is_a_mean_at_first()
    {
        var health = new GradientHealth(new Lines(), 4, 8);
        foreach (bool clipped in new[] { true, false, false, true }) health.Judge(new UpdateReport(2, clipped, false), 0);
        Assert.Equal(0.5, Values(health)[5], 1e-9);
    }

    [Theory]
    [InlineData("grow 1e+06 times", 1e6, 1.0, 0)]
    [InlineData("point in opposite directions (mean cosine -1.00)", 1.0, -1.0, 0)]
    [InlineData("3.1 % of the environment steps are invalid", 1.0, 1.0, 1)]
    [InlineData("", 1e3, 1.0, 0)]
    public void What_goes_wrong_is_said_once_and_why(string expected, double growth, double turn, int faultsPerWindow)
    {
        var lines = new Lines();
        var health = new GradientHealth(lines, 4, 8);
        for (int i = 0; i < 100; i++)
        {
            float sign = turn < 0 && i % 2 == 1 ? -1 : 1;
            health.Observe([sign, sign], [growth, 0, 0, 0, 0, 0, 0, 1]);
            health.Judge(Fine, (i + 1) * faultsPerWindow);
        }
        if (expected.Length == 0) Assert.Empty(lines.Said);
        else Assert.Contains(expected, Assert.Single(lines.Said).Replace("%", " %", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_that_is_zero_or_not_finite_is_said()
    {
        var lines = new Lines();
        var health = new GradientHealth(lines, 4, 8);
        for (int i = 0; i < 30; i++) health.Judge(new UpdateReport(0, false, false), 0);
        Assert.Contains("the gradient is zero", Assert.Single(lines.Said), StringComparison.Ordinal);
        health.Judge(new UpdateReport(double.NaN, false, true), 0);
        Assert.Contains("not finite", lines.Said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_restored_watch_goes_on_with_the_same_numbers()
    {
        var first = new GradientHealth(new Lines(), 4, 8);
        first.Observe([1, 2], [1, 1, 1, 1]);
        first.Judge(new UpdateReport(2, true, false), 1);
        var checkpoint = new LearningCheckpoint();
        first.Save(checkpoint);
        var second = new GradientHealth(new Lines(), 4, 8);
        second.Load(checkpoint);
        foreach (var health in new[] { first, second })
        {
            health.Observe([2, 1], [1, 1, 1, 2]);
            health.Judge(Fine, 1);
        }
        Assert.Equal(Values(first), Values(second));
        Assert.Equal(0.8, Values(second)[4], 1e-6);
    }

    [Fact]
    public void Norms_of_actions_are_those_of_their_gradients()
    {
        using var scope = torch.NewDisposeScope();
        using var actor = new GaussianActor(new Mlp(3, [8], 2, Activation.Elu, layerNorm: true), -1, Initialization.Uniform, new CounterRandom(1, "w"));
        using var bounds = new ActionBounds(SpaceSpec.Box(-1, 1, "a", "b"));
        var window = actor.BeginWindow(torch.zeros(2, 5, 2), null, bounds);
        Assert.True(double.IsNaN(window.ActionGradients[0]));
        var first = window.Act(0, torch.ones(5, 3));
        var second = window.Act(1, torch.ones(5, 3));
        Backward.Run((first * 3).sum() + (second * -0.5).sum());
        Assert.Equal(3 * Math.Sqrt(10), window.ActionGradients[0], 1e-5);
        Assert.Equal(0.5 * Math.Sqrt(10), window.ActionGradients[1], 1e-5);
    }

    private static double[] Values(GradientHealth health) => [.. health.Metrics.Select(m => m.Value)];

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Add(formatter(state, exception));
    }
}

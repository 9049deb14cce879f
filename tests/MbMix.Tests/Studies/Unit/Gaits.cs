using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.Studies;
using MbMix.Studies.Gaits;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Unit;

/// <summary>Gaits are measured as they are.</summary>
public sealed class Gaits
{
    private static readonly string[] Feet = ["one foot", "other foot"];

    [Fact]
    public void Distance_steps_and_flight_are_those_of_the_motion()
    {
        var gaits = Measure(new GaitOptions { Feet = Feet, Episodes = 3, Seconds = 10 });
        Assert.Equal(3, gaits.Length);
        Assert.All(gaits, gait =>
        {
            Assert.False(gait.Fell);
            Assert.Equal(20, gait.Distance, 1e-3);
            Assert.Equal(10, gait.Seconds, 1e-9);
            Assert.Equal(20, gait.Steps);
            Assert.Equal(1 / 3.0, gait.Flight, 0.01);
        });
    }

    [Fact]
    public void What_falls_counts_until_then()
    {
        // the episodes start at 0 m and 1 m
        var gaits = Measure(new GaitOptions { Feet = Feet, Episodes = 2, Seconds = 10 }, fallsAt: 5);
        Assert.All(gaits, gait => Assert.True(gait.Fell));
        Assert.Equal([5, 4], [.. gaits.Select(g => g.Distance)], (a, b) => Math.Abs(a - b) < 0.03);
        Assert.Equal([2.5, 2], [.. gaits.Select(g => g.Seconds)], (a, b) => Math.Abs(a - b) < 0.03);
    }

    [Fact]
    public void Feet_that_do_not_exist_are_named_beside_those_that_do()
    {
        var error = Assert.Throws<ConfigurationException>(() => Measure(new GaitOptions()));
        Assert.Equal(
            "test/striding-v1 has no body 'right ankle': name its feet with --set study.feet=[...]; its bodies are trunk, one foot, other foot.",
            error.Message);
    }

    [Fact]
    public void Runs_are_named_by_the_ends_of_their_paths()
    {
        Assert.Equal(["a", "b"], RunNames.Of(["runs/a", "runs/b/"]));
        Assert.Equal(["MIX/seed1", "SHAC/seed1"], RunNames.Of(["x/MIX/seed1", "x/SHAC/seed1"]));
        Assert.Equal(2, RunNames.Of(["runs/a", "runs/a"]).Length);
    }

    private static Gait[] Measure(GaitOptions options, double fallsAt = double.PositiveInfinity)
    {
        using var env = TracedEnv.Create(
            new StridingEnv(fallsAt),
            new TracedEnvOptions { Precision = Precision.Double },
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
        return Gait.Of(env, new Still(), options);
    }

    private sealed class Still : IPolicy
    {
        public Tensor Act(Tensor observation, Tensor? noise = null) => torch.zeros(observation.size(0), 1);

        public void Act(ReadOnlySpan<float> observation, Span<float> action) => action.Clear();
    }
}

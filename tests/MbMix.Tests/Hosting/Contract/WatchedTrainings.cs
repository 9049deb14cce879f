using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Contract;

/// <summary>
/// Trainings in which no single result is wrong, but from which nothing can be learned, are warned of in one line.
/// </summary>
public sealed class WatchedTrainings
{
    private const string Env = $"{AlteredHost.Plugin} ({AlteredHost.Environment})";
    private const string Algorithm = $"{AlteredHost.Plugin} ({AlteredHost.Algorithm})";

    [Fact]
    public void The_sound_components_train_without_a_warning()
    {
        using var host = new AlteredHost();
        Assert.Empty(host.Train(4));
    }

    [Fact]
    public void Episodes_that_all_end_with_their_first_step_are_warned_of_once()
    {
        using var host = new AlteredHost(inner => new AlteredEnv(inner)
        {
            OnStep = (state, action) => End(inner.Step(state, action), t => torch.ones_like(t)),
            OnEvaluate = o => o with { Terminated = Replace(o.Terminated, t => torch.ones_like(t)) },
        });
        string line = $"{Env}: termination of Step: true in every lane of the first 20 steps came; "
            + "expected episodes of more than one step.";
        Assert.Equal(line, Assert.Single(host.Train(5)));
    }

    [Fact]
    public void Episodes_that_go_on_in_one_lane_are_not_warned_of()
    {
        // not in the few steps in which a new environment is tried
        bool armed = false;
        using var host = new AlteredHost(inner => new AlteredEnv(inner)
        {
            OnStep = (state, action) =>
                End(inner.Step(state, action), t => armed ? torch.arange(t.shape[0]) > 0 : torch.zeros_like(t)),
        });
        using var session = host.Create();
        armed = true;
        for (int i = 0; i < 5; i++) session.Iterate();
        Assert.Empty(host.Warnings);
    }

    [Fact]
    public void An_episode_length_of_one_is_warned_of_once()
    {
        using var host = new AlteredHost(
            inner => new AlteredEnv(inner) { Spec = inner.Spec with { EpisodeLength = 1 } });
        string line = Assert.Single(host.Train(2));
        Assert.StartsWith($"{Env}: EpisodeLength in Spec: 1, so every episode ends with its first step, came", line);
    }

    [Theory]
    [InlineData("seed", true, false)]
    [InlineData("episode", false, true)]
    [InlineData("seed or episode", true, true)]
    public void Start_states_that_ignore_their_keys_are_warned_of_once(string ignored, bool seed, bool episode)
    {
        using var host = new AlteredHost(inner => new AlteredEnv(inner)
        {
            OnReset = lanes => inner.Reset(
                [.. lanes.ToArray().Select(k => new LaneKey(seed ? 1 : k.Seed, k.Lane, episode ? 0 : k.Episode))]),
        });
        string line = $"{Env}: Reset of 16 lanes with another {ignored}: the same start states came; "
            + "expected others, or FixedStart in Spec.";
        Assert.Equal(line, Assert.Single(host.Train(2)));
    }

    [Fact]
    public void Rewards_too_large_for_float32_are_warned_of_once()
    {
        using var host = new AlteredHost(inner => new AlteredEnv(inner)
        {
            OnStep = (state, action) =>
            {
                var step = inner.Step(state, action);
                return step with { Reward = step.Reward + 3e9 };
            },
            OnEvaluate = o => o with { Reward = o.Reward + 3e9 },
        });
        string line = Assert.Single(host.Train(3), w => !w.Contains("gradient of", StringComparison.Ordinal));
        Assert.Equal(
            $"{Env}: reward of Step: 3E+09 came; expected at most 1E+08, because float32 loses smaller differences "
            + "beside it.",
            line);
    }

    [Theory]
    [InlineData("loss/critic", 30, "metric 'loss/critic' of the report: NaN in 50 iterations in a row came")]
    [InlineData("objective", 30, "metric 'objective' of the report: NaN in 50 iterations in a row came")]
    [InlineData("gradient/actor", 3, "metric 'gradient/actor' of the report: Infinity came; expected a finite number")]
    [InlineData("loss/actor", 0, "losses of the report: NaN in all of the first 50 iterations came; expected numbers.")]
    public void A_loss_that_is_no_number_is_warned_of_once(string name, int numbers, string expected)
    {
        double after = name == "gradient/actor" ? double.PositiveInfinity : double.NaN;
        string line = Assert.Single(Report(name, 80, i => i < numbers ? 1 : after));
        Assert.StartsWith($"{Algorithm}: {expected}", line, StringComparison.Ordinal);
    }

    /// <summary>NaN says that there is no value in this iteration.</summary>
    [Theory]
    [InlineData("model/gradient-cosine", 50, 1)]
    [InlineData("gradient/cosine", 1000, 1)]
    [InlineData("loss/actor", 15, 1)]
    [InlineData("loss/actor", 40, 1)]
    [InlineData("loss/actor", 15, 14)]
    public void A_value_that_is_missing_is_not_warned_of(string name, int every, int numbers) =>
        Assert.Empty(Report(name, 100, i => i % every < numbers ? 1 : double.NaN));

    private static IReadOnlyList<string> Report(string name, int iterations, Func<int, double> value)
    {
        int i = 0;
        using var host = new AlteredHost(algorithm: (inner, _) => new AlteredOptimizer(inner)
        {
            OnIterate = token =>
            {
                var report = inner.Iterate(token);
                return new IterationReport
                {
                    EnvironmentSteps = report.EnvironmentSteps,
                    Episodes = report.Episodes,
                    Costs = report.Costs,
                    Metrics = [new Metric(name, value(i++)), new Metric("policy/std", 1)],
                    Seconds = report.Seconds,
                };
            },
        });
        return host.Train(iterations);
    }

    private static EnvStep End(EnvStep step, Func<torch.Tensor, torch.Tensor> ends) =>
        step with { Terminated = Replace(step.Terminated, ends) };

    private static torch.Tensor Replace(torch.Tensor tensor, Func<torch.Tensor, torch.Tensor> by)
    {
        using (tensor) return by(tensor).to(torch.ScalarType.Bool);
    }
}

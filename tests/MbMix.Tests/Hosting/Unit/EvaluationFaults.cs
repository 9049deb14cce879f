using Counting;
using MbMix.Hosting;

namespace MbMix.Tests.Unit;

/// <summary>What an evaluation makes of numbers that are not finite, and where its episodes start.</summary>
public sealed class EvaluationFaults
{
    [Theory]
    [InlineData("reward", "its reward is not finite")]
    [InlineData("observation", "its observation is not finite")]
    [InlineData("state", "its state is not finite")]
    [InlineData("return", "its return is too large for a number")]
    public void An_episode_whose_numbers_are_not_finite_counts_with_what_it_had(string what, string reason)
    {
        using var env = new CounterEnv(new CounterOptions
        {
            Length = 20,
            LastLane = 1,
            NanRewardAt = what == "reward" ? 8 : 0,
            NanObservationAt = what == "observation" ? 8 : 0,
            NanStateAt = what == "state" ? 8 : 0,
            Reward = what == "return" ? 3e38 : 1,
        });
        var result = what == "return" ? Evaluate(new HugeRewards(env), 4) : Evaluate(env, 4);
        int failing = what == "return" ? 4 : 2;
        Assert.Equal(failing, result.Faults);
        Assert.All(result.Returns, r => Assert.True(double.IsFinite(r)));
        Assert.Contains(reason, result.DescribeFaults(), StringComparison.Ordinal);
        if (what == "return") return;
        Assert.Equal([7, 7, 20, 20], result.Lengths);
        Assert.Equal([7, 7, 20, 20], result.Returns);
        Assert.Contains("at step 8,", result.FaultReason, StringComparison.Ordinal);
        Assert.Contains("2 of 4 evaluation episodes", result.DescribeFaults(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_faults_there_is_nothing_to_say()
    {
        using var env = new CounterEnv(new CounterOptions { Length = 20, TerminateAt = 5 });
        var result = Evaluate(env, 3);
        Assert.Equal((0, null), (result.Faults, result.DescribeFaults()));
        Assert.Equal([5, 5, 5], result.Returns);
    }

    [Fact]
    public void A_start_that_is_not_finite_is_refused()
    {
        using var env = new CounterEnv(new CounterOptions { NanStart = true });
        var e = Assert.Throws<MbMixException>(() => Evaluate(env, 3));
        Assert.Equal("test/counter-v1: a start state or its observation is not finite.", e.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_001)]
    public void The_number_of_episodes_has_limits(int episodes)
    {
        using var env = new CounterEnv(new CounterOptions());
        Assert.Contains("1 to 1000000", Assert.Throws<ConfigurationException>(() => Evaluate(env, episodes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_evaluation_runs_in_batches_and_every_episode_is_its_own()
    {
        using var env = new CounterEnv(new CounterOptions { Length = 3, LastLane = 2999, NanRewardAt = 2 });
        var result = Evaluate(env, 5000);
        Assert.Equal(5000, result.Returns.Count);
        Assert.Equal(3000, result.Faults);
        Assert.All(result.Returns.Take(3000), r => Assert.Equal(1, r));
        Assert.All(result.Returns.Skip(3000), r => Assert.Equal(3, r));
    }

    [Fact]
    public void It_can_be_stopped_between_steps()
    {
        using var env = new CounterEnv(new CounterOptions { Length = 1_000_000 });
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.Throws<OperationCanceledException>(() => Evaluator.Evaluate(env, new Rest(), 2, 1, source.Token));
    }

    [Fact]
    public void No_episode_of_training_starts_where_an_evaluation_does()
    {
        foreach (long seed in new long[] { 0, 1, 7, 12345, long.MaxValue, long.MinValue, -1 })
        {
            var keys = Evaluator.StartKeys(seed, 100);
            Assert.Equal(100, keys.Distinct().Count());
            long stream = Assert.Single(keys.Select(k => k.Seed).Distinct());
            Assert.NotEqual(seed, stream);
            Assert.InRange(stream, 1_000_000, long.MaxValue);
        }
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(s => Evaluator.StartKeys(s, 1)[0].Seed).Distinct().Count());
        // a change would change every published figure
        Assert.Equal(new LaneKey(2717965789862672355, 0, 0), Evaluator.StartKeys(12345, 1)[0]);
    }

    private static EvaluationResult Evaluate(IDifferentiableEnv env, int episodes) => Evaluator.Evaluate(env, new Rest(), episodes, seed: 1);

    private sealed class Rest : IPolicy
    {
        public TorchSharp.torch.Tensor Act(TorchSharp.torch.Tensor observation, TorchSharp.torch.Tensor? noise = null)
        {
            // whatever is stepped on must be finite
            Assert.True(observation.isfinite().all().item<bool>());
            return TorchSharp.torch.zeros(observation.shape[0], 1);
        }

        public void Act(ReadOnlySpan<float> observation, Span<float> action) => action.Clear();
    }

    /// <summary>The same environment in double precision, with rewards whose sum is beyond it.</summary>
    private sealed class HugeRewards(IDifferentiableEnv env) : IDifferentiableEnv
    {
        public EnvSpec Spec => env.Spec;

        public IStateChart Chart => env.Chart;

        public TorchSharp.torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes) => env.Reset(lanes);

        public TorchSharp.torch.Tensor Observe(TorchSharp.torch.Tensor state, TorchSharp.torch.Tensor lastAction) => env.Observe(state, lastAction);

        public EnvStep Step(TorchSharp.torch.Tensor state, TorchSharp.torch.Tensor action)
        {
            var step = env.Step(state, action);
            return step with { Reward = step.Reward.to(TorchSharp.torch.ScalarType.Float64) * 3e269 };
        }

        public void Dispose()
        {
        }
    }
}

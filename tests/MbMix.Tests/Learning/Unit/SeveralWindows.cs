using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Tests.Unit.Learning;

/// <summary>A critic that is fitted to the last windows, not to the newest alone.</summary>
public sealed class SeveralWindows
{
    [Fact]
    public void The_first_window_is_fitted_as_ever_and_later_ones_together_with_those_before()
    {
        double[] one = Losses(windows: 1, fits: 3), two = Losses(windows: 2, fits: 3), three = Losses(windows: 3, fits: 3);
        Assert.Equal(one[0], two[0]);
        Assert.NotEqual(one[1], two[1]);
        Assert.Equal(two[1], three[1]);
        Assert.NotEqual(two[2], three[2]);
    }

    [Fact]
    public void Earlier_windows_get_the_targets_of_the_present_critic()
    {
        // with the critic at rest and TD(0), the loss over two equal windows is that over one of them
        static void Rest(ActorCriticOptions o) =>
            (o.CriticLearningRate, o.FinalLearningRate, o.CriticPasses, o.CriticMinibatches, o.NormalizeObservations) = (0, 0, 1, 1, false);
        double[] losses = Losses(windows: 2, fits: 2, Rest, sameWindow: true);
        Assert.Equal(losses[0], losses[1], 1e-5 * losses[0]);
    }

    [Fact]
    public void Flags_survive_storage_and_are_joined_in_order()
    {
        var random = new Random(1);
        var windows = Enumerable.Range(2, 3).Select(horizon =>
        {
            var flags = new RolloutFlags(horizon, 4);
            for (int i = 0; i < flags.Size; i++)
                (flags.Done[i], flags.Valued[i], flags.Valid[i]) = (random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0);
            return flags;
        }).ToList();
        var read = windows.ConvertAll(w => RolloutFlags.FromBytes(w.ToBytes(), w.Horizon));
        var joined = RolloutFlags.Join(read);
        Assert.Equal((9, 4), (joined.Horizon, joined.Lanes));
        Assert.Equal(windows.SelectMany(w => w.Done), joined.Done);
        Assert.Equal(windows.SelectMany(w => w.Valued), joined.Valued);
        Assert.Equal(windows.SelectMany(w => w.Valid), joined.Valid);
    }

    [Fact]
    public void More_windows_than_the_memory_holds_are_refused()
    {
        using var env = new LearningPointMass();
        var options = new ActorCriticOptions { Environments = 10_000, Horizon = 100, CriticWindows = 10_000 };
        var e = Assert.Throws<ConfigurationException>(
            () => ActorCritic.EstimateMemory(options, env.Spec).Require(1e9, ActorCritic.MemorySettings(options)));
        Assert.StartsWith(
            "algo.environments=10000, algo.horizon=100, algo.criticWindows=10000: this takes about ", e.Message, StringComparison.Ordinal);
        ActorCritic.EstimateMemory(new ActorCriticOptions { CriticWindows = 8 }, env.Spec).Require(1e9);
    }

    private static double[] Losses(int windows, int fits, Action<ActorCriticOptions>? change = null, bool sameWindow = false)
    {
        var options = new ActorCriticOptions
        {
            Environments = 4,
            ActorHidden = [8],
            CriticHidden = [8],
            CriticPasses = 2,
            CriticMinibatches = 2,
            CriticWindows = windows,
        };
        change?.Invoke(options);
        using var env = new LearningPointMass();
        using var envs = new VectorEnv(env, options.Environments, 0);
        using var agent = ActorCritic.Build(options, env.Spec, 1, null, NullLogger.Instance);
        var losses = new double[fits];
        RolloutWindow? first = null;
        using var scope = TorchSharp.torch.NewDisposeScope();
        for (int k = 0; k < fits; k++)
        {
            var window = sameWindow && first is not null ? first : agent.Roll(envs, 6, new CounterRandom(1, "noise"), k);
            first ??= window;
            losses[k] = agent.FitCritic(window, options.CriticLearningRate).Loss;
        }
        return losses;
    }
}

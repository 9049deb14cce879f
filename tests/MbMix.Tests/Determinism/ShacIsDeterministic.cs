using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Determinism;

public sealed class ShacIsDeterministic
{
    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_another_curve()
    {
        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));

        static string Run(long seed)
        {
            using var env = new LearningPointMass { Wall = 1.5 };
            using var shac = LearningOptimizers.Shac(env, seed);
            return LearningOptimizers.Trace(shac, 8);
        }
    }

    [Fact]
    public void Training_goes_on_from_a_checkpoint_as_if_it_had_never_stopped()
    {
        using var env = new LearningPointMass { Wall = 1.5, EpisodeLength = 13 };
        using var straight = LearningOptimizers.Shac(env, 3);
        LearningOptimizers.Trace(straight, 5);
        var checkpoint = new LearningCheckpoint();
        straight.Save(checkpoint);
        string expected = LearningOptimizers.Trace(straight, 6);

        using var otherEnv = new LearningPointMass { Wall = 1.5, EpisodeLength = 13 };
        using var resumed = LearningOptimizers.Shac(otherEnv, 3);
        resumed.Load(checkpoint);
        Assert.Equal(expected, LearningOptimizers.Trace(resumed, 6));
    }

    [Fact]
    public void Evaluating_between_iterations_changes_nothing()
    {
        using var env = new LearningPointMass();
        using IPolicyOptimizer a = LearningOptimizers.Shac(env, 4), b = LearningOptimizers.Shac(env, 4);
        LearningOptimizers.Trace(a, 2);
        LearningOptimizers.Trace(b, 2);
        LearningOptimizers.Evaluate(env, a.Policy);
        Assert.Equal(LearningOptimizers.Trace(b, 3), LearningOptimizers.Trace(a, 3));
    }

    [Fact]
    public void No_tensor_is_left_behind_by_an_iteration()
    {
        using var env = new LearningPointMass { EpisodeLength = 7 };
        using var shac = LearningOptimizers.Shac(env, 4, iterations: 100);
        LearningOptimizers.Trace(shac, 5);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        LearningOptimizers.Trace(shac, 20);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}

using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Determinism;

/// <summary>The seed decides a training to the bit, wherever it is interrupted: for every algorithm.</summary>
public sealed class AlgorithmsAreDeterministic
{
    public static TheoryData<string> Algorithms => new(LearningRun.Algorithms);

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_same_seed_gives_the_same_bits_and_another_seed_another_curve(string algorithm)
    {
        string first = Run(1);
        Assert.Equal(first, Run(1));
        Assert.NotEqual(first, Run(2));

        string Run(long seed)
        {
            using var env = new LearningPredictiveMass { Wall = 1.5 };
            using var run = new LearningRun(algorithm, seed, env);
            return run.Trace(8);
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Training_goes_on_from_a_checkpoint_as_if_it_had_never_stopped(string algorithm)
    {
        using var env = new LearningPredictiveMass { Wall = 1.5, EpisodeLength = 13 };
        using var straight = new LearningRun(algorithm, 3, env);
        straight.Trace(5);
        var checkpoint = straight.Save();
        string expected = straight.Trace(6);

        using var otherEnv = new LearningPredictiveMass { Wall = 1.5, EpisodeLength = 13 };
        using var resumed = new LearningRun(algorithm, 3, otherEnv);
        resumed.Load(checkpoint);
        Assert.Equal(expected, resumed.Trace(6));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Evaluating_between_iterations_changes_nothing(string algorithm)
    {
        using var env = new LearningPredictiveMass();
        using LearningRun a = new(algorithm, 4, env), b = new(algorithm, 4, env);
        a.Trace(2);
        b.Trace(2);
        LearningOptimizers.Evaluate(env, a.Optimizer.Policy);
        Assert.Equal(b.Trace(3), a.Trace(3));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void No_tensor_is_left_behind_by_an_iteration(string algorithm)
    {
        using var env = new LearningPredictiveMass { EpisodeLength = 7 };
        using var run = new LearningRun(algorithm, 4, env);
        run.Trace(5);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        run.Trace(20);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}

using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

/// <summary>The actor ascends the mean of the critics; their targets are bootstrapped from the minimum.</summary>
public sealed class SeveralCritics
{
    [Fact]
    public void One_critic_is_both()
    {
        var (mean, least) = Values(1);
        Assert.Equal(mean, least);
    }

    [Fact]
    public void The_first_of_two_is_the_only_one_of_before()
    {
        // the mean and the minimum of two numbers give both numbers
        var (mean, least) = Values(2);
        float[] alone = Values(1).Mean;
        Assert.Contains(mean.Zip(least), pair => pair.Second < pair.First - 1e-3f);
        for (int i = 0; i < mean.Length; i++)
        {
            float greatest = (2 * mean[i]) - least[i];
            Assert.Equal(0, Math.Min(Math.Abs(alone[i] - least[i]), Math.Abs(alone[i] - greatest)), 1e-5);
        }
    }

    [Fact]
    public void Every_critic_learns()
    {
        using var scope = NewDisposeScope();
        var options = new ActorCriticOptions { CriticHidden = [16], Critics = 3, CriticPasses = 4, TargetKeep = 0 };
        using var critics = new Critics(options, 5, 1, null);
        Tensor observations = new CounterRandom(1, "data").NormalTensor(0, 256, 5), targets = observations.sum(1);
        var flags = new RolloutFlags(32, 8);
        double first = critics.Fit(observations, targets, flags, 1e-2, null).Loss;
        for (int i = 0; i < 40; i++) critics.Fit(observations, targets, flags, 1e-2, null);
        critics.UpdateTargets();

        // the minimum is off by as much as the worst of them
        double error = (critics.TargetMinimum(observations) - targets).square().mean().item<float>();
        Assert.True(error < 0.1 * first, $"the error went from {first:G3} to {error:G3}");
        Assert.False(critics.TargetMinimum(observations.requires_grad_(true)).requires_grad);
        Assert.True(critics.TargetMean(observations).requires_grad);
    }

    private static (float[] Mean, float[] Least) Values(int critics)
    {
        using var scope = NewDisposeScope();
        var options = new ActorCriticOptions { Environments = 4, ActorHidden = [8], CriticHidden = [8], Critics = critics };
        using var env = new LearningPointMass();
        using var envs = new VectorEnv(env, options.Environments, 0);
        using var agent = ActorCritic.Build(options, env.Spec, 1, null, NullLogger.Instance);
        using var window = agent.Roll(envs, 6, new CounterRandom(1, "noise"), 0);
        return (window.NextValues.detach().Values<float>().ToArray(), window.TargetValues.detach().Values<float>().ToArray());
    }
}

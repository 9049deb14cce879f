using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

/// <summary>The parts that actor-critic algorithms share.</summary>
public sealed class ActorCriticTests
{
    [Fact]
    public void A_critic_is_fitted_without_simulator_and_clock()
    {
        using var scope = NewDisposeScope();
        var random = new CounterRandom(1, "data");
        Tensor observations = random.NormalTensor(0, 300, 7), targets = observations.sum(1);
        using ValueNetwork alone = Critic(), timed = Critic();
        using var envs = new VectorEnv(new LearningPointMass(), 1, 0);
        CriticFit Fit(ValueNetwork critic) => new(critic, new Adam(critic.Parameters, 0.7, 0.95), 3, 3, 1);
        CriticFit fit = Fit(alone), reference = Fit(timed);
        var flags = new RolloutFlags(30, 10);
        double first = 0, last = 0;
        for (int i = 0; i < 20; i++)
        {
            var report = fit.Run(observations, targets, flags, 1e-2);
            Assert.Equal(reference.Run(observations, targets, flags, 1e-2, new PhaseClock(envs)), report);
            (first, last) = (i == 0 ? report.Loss : first, report.Loss);
        }
        Assert.Equal(timed.Parameters.Values.ToArray(), alone.Parameters.Values.ToArray());
        Assert.True(last < 0.2 * first, $"the loss went from {first:G3} to {last:G3}");

        static ValueNetwork Critic() => new(
            new Mlp(7, [20, 12], 1, Activation.Elu, true), Initialization.Orthogonal, new CounterRandom(1, "critic"));
    }

    [Theory]
    [InlineData("shac")]
    [InlineData("mbmix")]
    public void An_exploded_critic_is_an_error(string algorithm)
    {
        using var env = new LearningPredictiveMass();
        using var run = new LearningRun(algorithm, 1, env, change: options =>
        {
            var shared = (ActorCriticOptions)options;
            (shared.CriticLearningRate, shared.TargetKeep) = (1e9, 0);
        });
        run.Trace(1);
        var e = Assert.Throws<MbMixException>(() => run.Trace(1));
        Assert.StartsWith("The critic's value reached ", e.Message, StringComparison.Ordinal);
        Assert.Contains("in iteration 2; try a smaller critic learning rate", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Learning_rates_fall_linearly_with_the_share_of_the_budget()
    {
        var options = new ActorCriticOptions
        {
            ActorLearningRate = 4e-3,
            CriticLearningRate = 2e-3,
            FinalLearningRate = 1e-3,
        };
        using var env = new LearningPointMass();
        using var agent = ActorCritic.Build(
            options, env.Spec, 0, null, NullLogger.Instance);
        Assert.Equal((4e-3, 2e-3), agent.LearningRates(0));
        Assert.Equal(2.5e-3, agent.LearningRates(0.5).Actor, 1e-12);
        Assert.Equal(1.5e-3, agent.LearningRates(0.5).Critic, 1e-12);
        Assert.Equal(1e-3, agent.LearningRates(1).Actor, 1e-12);
        Assert.Equal(1e-3, agent.LearningRates(1).Critic, 1e-12);
    }

    [Fact]
    public void A_window_without_transitions_says_so()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        using var envs = new VectorEnv(env, 3, 1);
        using var agent = ActorCritic.Build(
            new ActorCriticOptions { Environments = 3, Horizon = 4, ActorHidden = [8], CriticHidden = [8] },
            env.Spec,
            0,
            null,
            NullLogger.Instance);
        using var window = agent.Roll(envs, 4, new CounterRandom(1, "noise"), 0);
        string message = Assert.Throws<InvalidOperationException>(() => window.Transitions).Message;
        Assert.Contains("without keeping transitions", message);
        Assert.Equal([4, 3], window.Rewards.shape);
        Assert.True(window.Rewards.requires_grad);
        using var kept = agent.Roll(envs, 4, new CounterRandom(1, "noise"), 1, keepTransitions: true, gradients: false);
        Assert.Equal([12, 2], kept.Transitions.NextState.shape);
        Assert.False(kept.Rewards.requires_grad);
    }
}

using MbMix.Algo.MBMIX;
using MbMix.Algo.SHAC;
using MbMix.Numerics;
using MbMix.Tests.Support;

namespace MbMix.Tests.Determinism;

/// <summary>MIX contains SHAC: with lambda = 1 both are the same numbers.</summary>
public sealed class MixWithLambdaOneIsShac
{
    private const int Environments = 8, Horizon = 16, Iterations = 20; // long enough for episodes to end within windows

    // learning rates fall with the steps taken, whether or not the budget is a whole number of windows
    [Theory]
    [InlineData(Environments * Horizon * Iterations)]
    [InlineData((Environments * Horizon * Iterations) - 37)]
    [InlineData((Environments * Horizon * Iterations) + 91)]
    public void Lambda_one_is_bitwise_shac(long budget) => Assert.Equal(Shac(budget), Mix(1, budget));

    [Fact]
    public void Another_lambda_is_not() => Assert.NotEqual(Shac(Environments * Horizon * Iterations), Mix(0.95, Environments * Horizon * Iterations));

    private static float[] Shac(long budget)
    {
        using var env = Training.CartPole();
        using var optimizer = ShacPlugin.Create(
            new ShacOptions { Environments = Environments, Horizon = Horizon, ActorHidden = [16], CriticHidden = [16], CriticLambda = 0.9 },
            Training.Context(env, budget));
        return Train(optimizer);
    }

    private static float[] Mix(double lambda, long budget)
    {
        using var env = Training.CartPole();
        using var optimizer = MbMixAlgorithmPlugin.Create(
            new MbMixOptions
            {
                Rollouts = RolloutSource.Env,
                Environments = Environments,
                Horizon = Horizon,
                ActorHidden = [16],
                CriticHidden = [16],
                Lambda = lambda,
                CriticLambda = 0.9,
            },
            Training.Context(env, budget));
        return Train(optimizer);
    }

    private static float[] Train(IPolicyOptimizer optimizer)
    {
        for (int i = 0; i < Iterations; i++) optimizer.Iterate(CancellationToken.None);
        using var observation = new CounterRandom(7, "test").NormalTensor(0, 32, 5);
        using var action = optimizer.Policy.Act(observation);
        return action.Values<float>().ToArray();
    }
}

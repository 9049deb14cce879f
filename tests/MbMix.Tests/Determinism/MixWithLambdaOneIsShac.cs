using MbMix.Algo.MBMIX;
using MbMix.Algo.SHAC;
using MbMix.Numerics;
using MbMix.Tests.Support;

namespace MbMix.Tests.Determinism;

/// <summary>MIX contains SHAC: with lambda = 1 both are the same numbers.</summary>
public sealed class MixWithLambdaOneIsShac
{
    private const int Environments = 8, Horizon = 16, Iterations = 20; // long enough for episodes to end within windows

    [Fact]
    public void Lambda_one_is_bitwise_shac() => Assert.Equal(Shac(), Mix(1));

    [Fact]
    public void Another_lambda_is_not() => Assert.NotEqual(Shac(), Mix(0.95));

    private static float[] Shac()
    {
        using var env = Training.CartPole();
        using var optimizer = new Shac(
            new ShacOptions { Environments = Environments, Horizon = Horizon, ActorHidden = [16], CriticHidden = [16], Lambda = 0.9 },
            Training.Context(env, Environments * Horizon * Iterations));
        return Train(optimizer);
    }

    private static float[] Mix(double lambda)
    {
        using var env = Training.CartPole();
        using var optimizer = new MbMixOptimizer(
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
            Training.Context(env, Environments * Horizon * Iterations));
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

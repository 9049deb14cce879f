using MbMix.Numerics;

namespace MbMix.Algo.MBMIX;

/// <summary>The random streams of the algorithm.</summary>
/// <param name="Policy">Noise of the policy in the environment.</param>
/// <param name="Model">Noise of the policy in model rollouts.</param>
/// <param name="Starts">Choice of the states that model rollouts start from.</param>
internal sealed record MbMixNoise(CounterRandom Policy, CounterRandom Model, CounterRandom Starts)
{
    public static MbMixNoise From(long seed) =>
        new(new(seed, "policy/noise"), new(seed, "model/noise"), new(seed, "model/starts"));
}

using MbMix.Numerics;

namespace MbMix.Algo.MBMIX;

/// <summary>Where the algorithm's random numbers come from.</summary>
/// <param name="Policy">The policy's noise in the environment.</param>
/// <param name="Model">The policy's noise in model rollouts.</param>
/// <param name="Starts">Where model rollouts start.</param>
internal sealed record MbMixNoise(CounterRandom Policy, CounterRandom Model, CounterRandom Starts)
{
    public static MbMixNoise From(long seed) => new(new(seed, "policy/noise"), new(seed, "model/noise"), new(seed, "model/starts"));
}

using MbMix.Numerics;

namespace MbMix.Algo.MBMIX;

/// <summary>
/// The random streams of MB-MIX. They are independent: drawing from one does not affect the others.
/// </summary>
/// <param name="Policy">Noise of the policy's actions in the environment.</param>
/// <param name="Model">Noise of the policy's actions in model rollouts.</param>
/// <param name="Starts">Choice of the states from which model rollouts start.</param>
internal sealed record MbMixNoise(CounterRandom Policy, CounterRandom Model, CounterRandom Starts)
{
    /// <summary>Creates the streams of a run.</summary>
    public static MbMixNoise From(long seed) =>
        new(new(seed, "policy/noise"), new(seed, "model/noise"), new(seed, "model/starts"));
}

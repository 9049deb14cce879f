using MbMix.Numerics;

namespace MbMix.Algo.MBMIX;

/// <summary>
/// The random streams of MB-MIX. They are independent: drawing from one does not affect the others.
/// </summary>
/// <param name="Policy">Noise of the policy's actions in the environment.</param>
/// <param name="Model">Noise of the policy's actions in model rollouts.</param>
/// <param name="Starts">Choice of the states from which model rollouts start.</param>
/// <param name="Members">Choice of the member of an ensemble that a step of a model rollout follows.</param>
/// <param name="Imagined">Noise of the policy's actions in the rollouts of imagined updates.</param>
/// <param name="ImaginedStarts">Choice of the states from which these start.</param>
/// <param name="ImaginedMembers">Choice of the members that these follow.</param>
internal sealed record MbMixNoise(
    CounterRandom Policy, CounterRandom Model, CounterRandom Starts, CounterRandom Members, CounterRandom Imagined,
    CounterRandom ImaginedStarts, CounterRandom ImaginedMembers)
{
    /// <summary>Creates the streams of a run.</summary>
    public static MbMixNoise From(long seed) =>
        new(
            new(seed, "policy/noise"), new(seed, "model/noise"), new(seed, "model/starts"), new(seed, "model/members"),
            new(seed, "imagined/noise"), new(seed, "imagined/starts"), new(seed, "imagined/members"));
}

using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Reward terms that several tasks have.</summary>
internal static class RewardTerms
{
    /// <summary>Height above a tolerated level: d clipped to [-1, cap]; -200 d^2 below the level, slope * d above it.</summary>
    public static T Height<T>(T aboveLevel, double cap, double slope)
        where T : struct, IScalar<T>
    {
        T d = ScalarMath.Clip(aboveLevel, -1, cap);
        return T.Select(d < (T)0, (T)(-200) * d * d, (T)slope * d);
    }
}

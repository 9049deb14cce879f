using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Reward terms that several tasks share.</summary>
internal static class RewardTerms
{
    /// <summary>
    /// Rewards the height d above a level, clipped to [-1, cap]: <c>slope * d</c> above the level, <c>-200 d^2</c>
    /// below it.
    /// </summary>
    /// <param name="aboveLevel">Height d above the level [m].</param>
    /// <param name="cap">Height above which the reward saturates [m].</param>
    /// <param name="slope">Reward per height above the level.</param>
    public static T Height<T>(T aboveLevel, double cap, double slope)
        where T : struct, IScalar<T>
    {
        T d = ScalarMath.Clip(aboveLevel, -1, cap);
        return T.Select(d < (T)0, (T)(-200) * d * d, (T)slope * d);
    }
}

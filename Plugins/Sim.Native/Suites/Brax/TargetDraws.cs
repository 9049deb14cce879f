using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Targets around the origin of the world. The equations of a task have no random numbers, so a target is a function of
/// numbers in [0, 1) that are part of the state: random at the start of an episode, and each next target adds fixed
/// irrational steps to them, modulo 1. Each target alone is distributed as published; a sequence covers the area more
/// evenly than independent draws would.
/// </summary>
/// <param name="Nearest">Horizontal distance of the nearest target [m].</param>
/// <param name="Spread">How much farther the farthest is [m].</param>
/// <param name="Height">Height, or the greatest height if it is drawn, too [m].</param>
/// <param name="DrawsHeight">Whether the height is drawn.</param>
internal sealed record TargetDraws(double Nearest, double Spread, double Height, bool DrawsHeight)
{
    // powers of the reciprocals of the plastic number and of the root of x^4 = x + 1
    private static readonly double[] Two = [0.7548776662466927, 0.5698402909980532];
    private static readonly double[] Three = [0.8191725133961645, 0.6710436067037893, 0.5497004779019703];

    private double[] Steps => DrawsHeight ? Three : Two;

    /// <summary>How many numbers a target is drawn from.</summary>
    public int Count => Steps.Length;

    /// <summary>The target of given numbers.</summary>
    /// <param name="u">Numbers in [0, 1).</param>
    public Vector3<T> Target<T>(ReadOnlySpan<T> u)
        where T : struct, IScalar<T>
    {
        T distance = (T)Nearest + ((T)Spread * u[0]), angle = (T)(2 * Math.PI) * u[1];
        return new(distance * T.Cos(angle), distance * T.Sin(angle), DrawsHeight ? (T)Height * u[2] : Height);
    }

    /// <summary>Advances the numbers where a mask holds.</summary>
    /// <param name="next">The mask.</param>
    /// <param name="u">The numbers; changed.</param>
    public void Advance<T>(Mask<T> next, Span<T> u)
        where T : struct, IScalar<T>
    {
        for (int i = 0; i < Count; i++)
        {
            T moved = u[i] + (T)Steps[i];
            u[i] = T.Select(next, T.Select(moved >= 1, moved - 1, moved), u[i]);
        }
    }
}

using System.Numerics;
using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The distance of a probe from the nearest of many points. Inputs are three coordinates per point, then those of the
/// probe. The derivative goes to the nearest point alone; at a tie to the first, and at distance 0 it is 0.
/// </summary>
/// <param name="count">Number of points.</param>
internal sealed class NearestPoint(int count) : ILaneFunction
{
    public int Inputs => 3 * (count + 1);

    public int Outputs => 1;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, Span<T> outputs, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 0; l < lanes; l++) outputs[l] = T.Sqrt(Find(inputs, l, lanes).Square);
    }

    public void Pullback<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> dOutputs, Span<T> dInputs, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        dInputs.Clear();
        for (int l = 0; l < lanes; l++)
        {
            var (square, nearest) = Find(inputs, l, lanes);
            if (square == T.Zero) continue;
            T scale = dOutputs[l] / T.Sqrt(square);
            for (int k = 0; k < 3; k++)
            {
                int at = (((3 * nearest) + k) * lanes) + l, probe = (((3 * count) + k) * lanes) + l;
                T away = scale * (inputs[at] - inputs[probe]);
                dInputs[at] = away;
                dInputs[probe] = -away;
            }
        }
    }

    private (T Square, int Index) Find<T>(ReadOnlySpan<T> inputs, int lane, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (best, index) = (T.PositiveInfinity, 0);
        for (int i = 0; i < count; i++)
        {
            T square = T.Zero;
            for (int k = 0; k < 3; k++)
            {
                T away = inputs[(((3 * i) + k) * lanes) + lane] - inputs[(((3 * count) + k) * lanes) + lane];
                square += away * away;
            }
            if (square < best) (best, index) = (square, i);
        }
        return (best, index);
    }
}

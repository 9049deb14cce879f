using System.Numerics;
using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Values as they are, whose cotangents are divided by their Euclidean norm and by the number of points, so that only
/// their direction is kept; where that is not a number, they become 0. DaXBench does so inside its simulator.
/// </summary>
/// <param name="count">Number of points; each has three coordinates.</param>
internal sealed class NormalizedGradient(int count) : ILaneFunction
{
    public int Inputs => 3 * count;

    public int Outputs => 3 * count;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, Span<T> outputs, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => inputs.CopyTo(outputs);

    public void Pullback<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> dOutputs, Span<T> dInputs, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 0; l < lanes; l++)
        {
            T square = T.Zero;
            for (int i = l; i < dOutputs.Length; i += lanes) square += dOutputs[i] * dOutputs[i];
            T scale = T.One / (T.Sqrt(square) * T.CreateTruncating(count));
            if (!T.IsFinite(scale)) scale = T.Zero;
            for (int i = l; i < dOutputs.Length; i += lanes) dInputs[i] = scale * dOutputs[i];
        }
    }
}

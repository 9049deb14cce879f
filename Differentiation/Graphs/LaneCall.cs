using System.Numerics;

namespace MbMix.Differentiation;

/// <summary>A lane function or its pullback, called like a loop with a single instance.</summary>
/// <param name="Function">The function.</param>
/// <param name="IsPullback">
/// Whether the pullback is computed. Its operands are those of the function and one cotangent per output.
/// </param>
internal sealed record LaneCall(ILaneFunction Function, bool IsPullback)
{
    /// <summary>Computes the call for one block.</summary>
    /// <param name="operands">Values of the operands.</param>
    /// <param name="results">Receives the results.</param>
    /// <param name="lanes">Number of lanes.</param>
    public void Run<T>(ReadOnlySpan<T> operands, Span<T> results, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int inputs = Function.Inputs * lanes;
        if (IsPullback) Function.Pullback(operands[..inputs], operands[inputs..], results, lanes);
        else Function.Evaluate(operands, results, lanes);
    }
}

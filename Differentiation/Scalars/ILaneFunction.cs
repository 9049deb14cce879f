using System.Numerics;

namespace MbMix.Differentiation;

/// <summary>
/// A function written by hand together with its pullback, for what scalar code cannot express, such as a search for the
/// nearest of many points. It is computed for a block of lanes at a time.
/// </summary>
/// <remarks>
/// Value i of lane l is at index <c>i * lanes + l</c>. The result of a lane must not depend on the other lanes nor on
/// their number. Any number of threads may call one function. A pullback has no derivative of its own.
/// </remarks>
public interface ILaneFunction
{
    /// <summary>Number of values that it reads.</summary>
    int Inputs { get; }

    /// <summary>Number of values that it computes.</summary>
    int Outputs { get; }

    /// <summary>Computes the function.</summary>
    /// <param name="inputs">Values of the inputs.</param>
    /// <param name="outputs">Receives the values of the outputs.</param>
    /// <param name="lanes">Number of lanes.</param>
    void Evaluate<T>(ReadOnlySpan<T> inputs, Span<T> outputs, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Pulls cotangents of the outputs back to the inputs.</summary>
    /// <param name="inputs">Values of the inputs.</param>
    /// <param name="dOutputs">Cotangents of the outputs.</param>
    /// <param name="dInputs">Receives the cotangents of the inputs; every one must be written.</param>
    /// <param name="lanes">Number of lanes.</param>
    void Pullback<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> dOutputs, Span<T> dInputs, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

namespace MbMix.Differentiation;

/// <summary>
/// A term that many alike things contribute to common totals: contact points, muscles, springs. It is compiled once, as a loop over the
/// instances, instead of once per instance.
/// </summary>
/// <remarks>
/// Inputs that are the same constant for all instances, and parameters with the same value, are folded into the code. Terms cannot add terms
/// of their own.
/// </remarks>
public interface IRepeatedTerm
{
    /// <summary>Values that an instance reads.</summary>
    int Inputs { get; }

    /// <summary>Constants that an instance has of its own.</summary>
    int Parameters { get; }

    /// <summary>Totals that an instance adds to.</summary>
    int Outputs { get; }

    /// <summary>
    /// Where the instance contributes at all; elsewhere its outputs count as 0, and what no environment of a block needs is left out. As with
    /// <see cref="IScalar{TSelf}.Select"/>, both sides may be computed: <see cref="Evaluate"/> and its derivative must be finite everywhere.
    /// </summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="parameters">Its parameters.</param>
    Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T>;

    /// <summary>What the instance contributes.</summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="outputs">Receives what is added to its totals.</param>
    void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>;
}

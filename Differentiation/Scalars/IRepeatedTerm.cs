namespace MbMix.Differentiation;

/// <summary>
/// A term that many similar things, such as contact points, muscles or springs, contribute to common totals. It is
/// compiled once, as a loop over its instances, instead of once per instance.
/// </summary>
/// <remarks>
/// Inputs and parameters that are the same constant for all instances are folded into the code. A term cannot add terms
/// of its own.
/// </remarks>
public interface IRepeatedTerm
{
    /// <summary>Number of values that an instance reads.</summary>
    int Inputs { get; }

    /// <summary>Number of constants that each instance has.</summary>
    int Parameters { get; }

    /// <summary>Number of totals that an instance adds to.</summary>
    int Outputs { get; }

    /// <summary>
    /// Whether the instance contributes at all. Where it does not, its outputs count as 0, and an instance that no lane
    /// of a block needs is skipped. As with <see cref="IScalar{TSelf}.Select"/>, both sides may be computed, so
    /// <see cref="Evaluate"/> and its derivative must be finite everywhere.
    /// </summary>
    /// <param name="inputs">Inputs of the instance.</param>
    /// <param name="parameters">Parameters of the instance.</param>
    Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T>;

    /// <summary>Computes what the instance contributes.</summary>
    /// <param name="inputs">Inputs of the instance.</param>
    /// <param name="parameters">Parameters of the instance.</param>
    /// <param name="outputs">Receives the values to add to the totals.</param>
    void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>;
}

namespace MbMix.Simulation;

/// <summary>
/// Local coordinates of a state space, written once over a scalar type like the equations of motion. The compiled maps
/// and their adjoints are derived from it. Every output must be written.
/// </summary>
public interface ITracedChart
{
    /// <summary>Number S of components of a state.</summary>
    int StateSize { get; }

    /// <summary>Number T of components of a tangent vector.</summary>
    int TangentSize { get; }

    /// <summary>Number F of model features.</summary>
    int FeatureSize { get; }

    /// <summary>Computes what a learned model may see of a state.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="features">Receives F values.</param>
    void Features<T>(ReadOnlySpan<T> state, Span<T> features)
        where T : struct, IScalar<T>;

    /// <summary>Computes the tangent vector from one state to another.</summary>
    /// <param name="from">First state, S values.</param>
    /// <param name="to">Second state, S values.</param>
    /// <param name="tangent">Receives T values, all 0 if the states are equal.</param>
    void Difference<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> to, Span<T> tangent)
        where T : struct, IScalar<T>;

    /// <summary>Displaces a state by a tangent vector; the inverse of <see cref="Difference{T}"/>.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="tangent">Tangent, T values.</param>
    /// <param name="next">Receives the displaced state, S values.</param>
    void Integrate<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> tangent, Span<T> next)
        where T : struct, IScalar<T>;
}

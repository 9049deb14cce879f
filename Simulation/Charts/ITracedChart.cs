namespace MbMix.Simulation;

/// <summary>
/// Local coordinates of a state space, written once over a scalar type like the equations of motion: compiled maps and their adjoints follow.
/// Every output must be written.
/// </summary>
public interface ITracedChart
{
    /// <summary>Components S of a state.</summary>
    int StateSize { get; }

    /// <summary>Components T of a tangent vector.</summary>
    int TangentSize { get; }

    /// <summary>Components F of the model features.</summary>
    int FeatureSize { get; }

    /// <summary>What a learned model may see of a state.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="features">Receives F values.</param>
    void Features<T>(ReadOnlySpan<T> state, Span<T> features)
        where T : struct, IScalar<T>;

    /// <summary>The tangent vector from one state to another.</summary>
    /// <param name="from">State, S values.</param>
    /// <param name="to">State, S values.</param>
    /// <param name="tangent">Receives T values; 0 where the states are equal.</param>
    void Difference<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> to, Span<T> tangent)
        where T : struct, IScalar<T>;

    /// <summary>Adds a tangent vector to a state; inverse of <see cref="Difference{T}"/>.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="tangent">Tangent, T values.</param>
    /// <param name="next">Receives the state, S values.</param>
    void Integrate<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> tangent, Span<T> next)
        where T : struct, IScalar<T>;
}

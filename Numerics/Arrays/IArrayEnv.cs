namespace MbMix.Numerics;

/// <summary>
/// An environment that computes in arrays: the same numbers as in tensors, bit by bit, without libtorch. All arrays are
/// row-major with one row per lane, and the number of lanes follows from their lengths.
/// </summary>
/// <typeparam name="T">Type of the state: <see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface IArrayEnv<T>
    where T : unmanaged
{
    /// <summary>Draws start states, as <see cref="IDifferentiableEnv.Reset"/> does.</summary>
    /// <param name="lanes">The n lanes and episodes to begin.</param>
    /// <param name="state">Receives the states, <c>[n, S]</c>.</param>
    void Reset(ReadOnlySpan<LaneKey> lanes, Span<T> state);

    /// <summary>Computes observations, as <see cref="IDifferentiableEnv.Observe"/> does.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="lastAction">The action that led to the state, <c>[B, A]</c>; zero after a reset.</param>
    /// <param name="observation">Receives the observation, <c>[B, O]</c>.</param>
    void Observe(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation);

    /// <summary>Computes one control step.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="step">Receives the results of B lanes.</param>
    /// <param name="tape">
    /// Receives what <see cref="Backward"/> needs, <see cref="TapeLength"/> values; empty if no backward pass will
    /// follow.
    /// </param>
    void Step(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ArrayStep<T> step, Span<T> tape);

    /// <summary>Length of the tape of a step.</summary>
    /// <param name="lanes">Number of lanes B.</param>
    int TapeLength(int lanes);

    /// <summary>Pulls cotangents back through a step.</summary>
    /// <param name="tape">What the step recorded.</param>
    /// <param name="dNextState">Cotangent of the next state, <c>[B, S]</c>; empty for zero.</param>
    /// <param name="dReward">Cotangent of the reward, <c>[B]</c>.</param>
    /// <param name="dState">Receives the cotangent of the state, <c>[B, S]</c>.</param>
    /// <param name="dAction">Receives the cotangent of the action, <c>[B, A]</c>.</param>
    void Backward(
        ReadOnlySpan<T> tape, ReadOnlySpan<T> dNextState, ReadOnlySpan<T> dReward, Span<T> dState, Span<T> dAction);
}

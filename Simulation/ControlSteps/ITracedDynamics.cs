namespace MbMix.Simulation;

/// <summary>
/// The equations of an environment, written once over a scalar type. They are called once, on tracing scalars, when the
/// environment is made. What runs afterward is the compiled graph and its adjoint.
/// </summary>
/// <remarks>
/// <para>A control step consists of <see cref="ControlSchedule.Refreshes"/> groups. Each group is one
/// <see cref="Refresh{T}"/> followed by <see cref="ControlSchedule.SubstepsPerRefresh"/> calls of
/// <see cref="Substep{T}"/>. <see cref="Observe{T}"/> and <see cref="Reward{T}"/> are then applied to the
/// result.</para>
/// <para>What a refresh hands to its substeps, such as a factored mass matrix, is differentiated as well: its cotangent
/// is the sum over all substeps that used it. Actions arrive clipped to the bounds in <see cref="Spec"/>. Every output
/// must be written.</para>
/// </remarks>
public interface ITracedDynamics
{
    /// <summary>The description of the environment: sizes S, O and A, and the bounds of the action.</summary>
    EnvSpec Spec { get; }

    /// <summary>How a control step is divided into refreshes and substeps.</summary>
    ControlSchedule Schedule { get; }

    /// <summary>
    /// Computes what the following substeps share. Not called if <see cref="ControlSchedule.CarrySize"/> is 0; leave it
    /// empty then.
    /// </summary>
    /// <param name="state">State, S values.</param>
    /// <param name="action">Action, A values.</param>
    /// <param name="carry">Receives the carried values.</param>
    void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>;

    /// <summary>Computes one substep.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="action">Action, A values.</param>
    /// <param name="carry">What the last refresh computed.</param>
    /// <param name="next">Receives the state after the substep, S values.</param>
    void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>;

    /// <summary>Computes the observation of a state.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="lastAction">The action that led to the state, A values; 0 after a reset.</param>
    /// <param name="observation">Receives O values.</param>
    void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>;

    /// <summary>Computes reward and termination of a transition.</summary>
    /// <param name="state">State before the control step, S values.</param>
    /// <param name="action">Action, A values.</param>
    /// <param name="nextState">State after the control step, S values.</param>
    /// <returns>The reward, and whether the task itself ends here (time limits do not count).</returns>
    (T Reward, Mask<T> Terminated) Reward<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>;
}

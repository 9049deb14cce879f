namespace MbMix.Simulation;

/// <summary>
/// The equations of an environment, written once over a scalar type. They run once, on tracing scalars, when the environment is made;
/// what is executed afterwards is the compiled graph, forward and adjoint.
/// </summary>
/// <remarks>
/// A control step is a schedule: <see cref="ControlSchedule.Refreshes"/> times a <see cref="Refresh{T}"/> followed by
/// <see cref="ControlSchedule.SubstepsPerRefresh"/> times <see cref="Substep{T}"/>; then <see cref="Observe{T}"/> and
/// <see cref="Reward{T}"/> on the result. What a refresh hands to its substeps, such as the factor of a mass matrix, is carried state:
/// the derivative goes through it, summed over its uses. Actions arrive clipped to the bounds in <see cref="Spec"/>. Every output must be written.
/// </remarks>
public interface ITracedDynamics
{
    /// <summary>The description: sizes S, O and A, and the bounds of the action.</summary>
    EnvSpec Spec { get; }

    /// <summary>Refreshes and substeps of a control step.</summary>
    ControlSchedule Schedule { get; }

    /// <summary>Computes what the substeps share. Left out (empty) where <see cref="ControlSchedule.CarrySize"/> is 0.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="action">Action, A values.</param>
    /// <param name="carry">Receives the carried values.</param>
    void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>;

    /// <summary>One substep.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="action">Action, A values.</param>
    /// <param name="carry">What the last refresh computed.</param>
    /// <param name="next">Receives the state after the substep.</param>
    void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>;

    /// <summary>The observation of a state.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="lastAction">The action that led to it, A values; 0 after a reset.</param>
    /// <param name="observation">Receives O values.</param>
    void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>;

    /// <summary>Reward and termination of a transition.</summary>
    /// <param name="state">State before, S values.</param>
    /// <param name="action">Action, A values.</param>
    /// <param name="nextState">State after, S values.</param>
    /// <returns>The reward, and where the task itself ends.</returns>
    (T Reward, Mask<T> Terminated) Reward<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>;
}

namespace MbMix.Simulation;

/// <summary>
/// An environment whose equations are written once over a scalar type. Pass an implementation to
/// <see cref="TracedEnv.Create"/> to get batched SIMD steps, exact derivatives, Jacobians and fault reports.
/// </summary>
public interface ITracedEnvironment : ITracedDynamics
{
    /// <summary>Tangent coordinates and model features of the state.</summary>
    IStateChart Chart { get; }

    /// <summary>
    /// What the environment looks like, such as a <see cref="LaneSceneView"/>; null if it does not say.
    /// </summary>
    ISceneView? View => null;

    /// <summary>
    /// Steps that are taken after each <see cref="Reset"/>, before an episode starts. Default none.
    /// </summary>
    int WarmUpSteps => 0;

    /// <summary>Draws a start state.</summary>
    /// <param name="lane">The lane and episode; the start state may depend on nothing else.</param>
    /// <param name="state">Receives S values.</param>
    void Reset(LaneKey lane, Span<double> state);

    /// <summary>Draws the action of a step that is taken before an episode starts.</summary>
    /// <param name="lane">The lane and episode.</param>
    /// <param name="step">Number of the step, from 0 on.</param>
    /// <param name="state">State before the step, S values.</param>
    /// <param name="action">Receives A values.</param>
    void WarmUp(LaneKey lane, int step, ReadOnlySpan<double> state, Span<double> action) =>
        throw new InvalidOperationException($"{Spec.Id} has {nameof(WarmUpSteps)} but no {nameof(WarmUp)}.");
}

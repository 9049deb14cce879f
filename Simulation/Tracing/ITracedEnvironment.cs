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

    /// <summary>Draws a start state.</summary>
    /// <param name="lane">The lane and episode; the start state may depend on nothing else.</param>
    /// <param name="state">Receives S values.</param>
    void Reset(LaneKey lane, Span<double> state);
}

namespace MbMix.Simulation;

/// <summary>
/// An environment whose equations are written once over a scalar type. Implement it and hand it to <see cref="TracedEnv.Create"/>: batched
/// SIMD steps, exact derivatives, Jacobians and fault reports follow.
/// </summary>
public interface ITracedEnvironment : ITracedDynamics
{
    /// <summary>Tangent coordinates and features of the state.</summary>
    IStateChart Chart { get; }

    /// <summary>A start state.</summary>
    /// <param name="lane">The episode; nothing else may enter.</param>
    /// <param name="state">Receives S values.</param>
    void Reset(LaneKey lane, Span<double> state);
}

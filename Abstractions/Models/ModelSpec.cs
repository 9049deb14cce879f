namespace MbMix;

/// <summary>The description of a dynamics model.</summary>
public sealed record ModelSpec
{
    /// <summary>Namespaced and versioned id, <c>namespace/name-vN</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Whether <see cref="IDynamicsModel.Fit(TransitionBatch)"/> changes the model.</summary>
    public required bool Learned { get; init; }

    /// <summary>
    /// Which derivatives of the environment the model expects in a <see cref="TransitionBatch"/>. Default none.
    /// </summary>
    public DerivativeTargets Derivatives { get; init; } = DerivativeTargets.None;

    /// <summary>
    /// Number K of random directions per transition if <see cref="Derivatives"/> is
    /// <see cref="DerivativeTargets.Projected"/>.
    /// </summary>
    public int Probes { get; init; }

    /// <summary>Number of transitions to collect before predictions may be used.</summary>
    public int MinimumTransitions { get; init; }

    /// <summary>
    /// Bytes that one row of a prediction keeps for its backward pass, so that a host can estimate memory; 0 if
    /// unknown.
    /// </summary>
    public long TapeBytes { get; init; }
}

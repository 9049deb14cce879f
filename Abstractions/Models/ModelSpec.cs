namespace MbMix;

/// <summary>The description of a dynamics model.</summary>
public sealed record ModelSpec
{
    /// <summary>Namespaced and versioned id.</summary>
    public required string Id { get; init; }

    /// <summary>Whether <see cref="IDynamicsModel.Fit"/> changes it.</summary>
    public required bool Learned { get; init; }

    /// <summary>Which derivatives of the environment it wants in a <see cref="TransitionBatch"/>.</summary>
    public DerivativeTargets Derivatives { get; init; } = DerivativeTargets.None;

    /// <summary>Random directions K per transition where derivatives are <see cref="DerivativeTargets.Projected"/>.</summary>
    public int Probes { get; init; }

    /// <summary>Transitions to collect before predictions are to be used.</summary>
    public int MinimumTransitions { get; init; }
}

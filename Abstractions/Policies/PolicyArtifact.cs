namespace MbMix;

/// <summary>
/// A feed-forward policy as data, independent of the optimizer that trained it. It holds everything needed to map the
/// environment's raw observation (O values) to an action within the environment's bounds (A values).
/// </summary>
public sealed record PolicyArtifact
{
    /// <summary>Id of the environment that the policy was trained on.</summary>
    public required string Environment { get; init; }

    /// <summary>Id of the algorithm that trained the policy.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The raw observation: names and units of its O components, in order.</summary>
    public required SpaceSpec Observation { get; init; }

    /// <summary>The action: names, units and bounds of its A components, in order.</summary>
    public required SpaceSpec Action { get; init; }

    /// <summary>Time between two actions, in seconds.</summary>
    public required double ControlPeriod { get; init; }

    /// <summary>Normalization applied to the raw observation; null if there is none.</summary>
    public PolicyNormalizer? Normalizer { get; init; }

    /// <summary>Layers of the network, from the normalized observation to A unbounded values.</summary>
    public required IReadOnlyList<PolicyLayer> Layers { get; init; }

    /// <summary>
    /// How the unbounded values are mapped to [-1, 1]; they are then scaled to the bounds of the action.
    /// </summary>
    public required ActionSquash Squash { get; init; }

    /// <summary>
    /// Log standard deviation of the noise added to sampled actions before squashing, A values; null if the policy is
    /// deterministic.
    /// </summary>
    public float[]? LogStd { get; init; }

    /// <summary>Number of environment steps that the policy was trained for.</summary>
    public long EnvironmentSteps { get; init; }
}

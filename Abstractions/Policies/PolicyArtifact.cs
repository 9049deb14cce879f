namespace MbMix;

/// <summary>
/// A feed-forward policy as data, apart from the optimizer that made it: from the environment's raw observation through normalizer and layers to the
/// environment's action. Everything needed to act is in it.
/// </summary>
public sealed record PolicyArtifact
{
    /// <summary>Id of the environment that the policy was trained on.</summary>
    public required string Environment { get; init; }

    /// <summary>Id of the algorithm that trained it.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The raw observation, O dimensions: names and units, in order.</summary>
    public required SpaceSpec Observation { get; init; }

    /// <summary>The action, A dimensions: names, units and bounds, in order.</summary>
    public required SpaceSpec Action { get; init; }

    /// <summary>Seconds between two actions.</summary>
    public required double ControlPeriod { get; init; }

    /// <summary>What is done to an observation first; null where it is used as it is.</summary>
    public PolicyNormalizer? Normalizer { get; init; }

    /// <summary>The network, from the normalized observation to A unbounded values.</summary>
    public required IReadOnlyList<PolicyLayer> Layers { get; init; }

    /// <summary>How unbounded values become values in [-1, 1], which are then scaled to the bounds of the action.</summary>
    public required ActionSquash Squash { get; init; }

    /// <summary>Log standard deviation of the noise that sampled actions get before squashing, A values; null where the policy is deterministic.</summary>
    public float[]? LogStd { get; init; }

    /// <summary>Environment steps of training behind it.</summary>
    public long EnvironmentSteps { get; init; }
}

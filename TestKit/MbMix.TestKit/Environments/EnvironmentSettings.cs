namespace MbMix.TestKit;

/// <summary>Settings of <see cref="EnvironmentCheck"/>.</summary>
public sealed record EnvironmentSettings
{
    /// <summary>Lanes of a batch, at least 2.</summary>
    public int Lanes { get; init; } = 5;

    /// <summary>Steps between the start states and the states to check at.</summary>
    public int Steps { get; init; } = 12;

    /// <summary>Seed of start states.</summary>
    public long Seed { get; init; } = 5;

    /// <summary>
    /// Largest difference between the same lane in batches of different sizes, and between <c>Step</c> and
    /// <c>Observe</c> or <c>Evaluate</c>: relative for large values, absolute for small ones. Null for 1e-9 in float64
    /// and 1e-4 in float32.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>Most steps of an episode to play; longer episodes are not played to their end.</summary>
    public int EpisodeSteps { get; init; } = 1000;

    /// <summary>States at which derivatives are compared with central differences.</summary>
    public int GradientLanes { get; init; } = 32;

    /// <summary>Steps of the returns whose gradients are compared with central differences.</summary>
    public int GradientHorizon { get; init; } = 6;

    /// <summary>
    /// Smallest share of the states at which the step must be smooth enough to compare derivatives: contact has
    /// corners, so some are set aside.
    /// </summary>
    public double SmoothShare { get; init; } = 0.4;

    internal double ToleranceOf(IDifferentiableEnv env) =>
        Tolerance ?? (env.Spec.StateType == torch.ScalarType.Float64 ? 1e-9 : 1e-4);
}

namespace MbMix.Tests.Certification;

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
    /// <c>Evaluate</c>: relative for large values, absolute for small ones.
    /// </summary>
    public double Tolerance { get; init; } = 1e-9;
}

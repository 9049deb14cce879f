namespace MbMix.TestKit;

/// <summary>Settings of <see cref="ChartCheck"/>, for states in double.</summary>
public sealed record ChartSettings
{
    /// <summary>Step of central differences.</summary>
    public double Step { get; init; } = 1e-6;

    /// <summary>Size of the displacements between the states that are compared.</summary>
    public double Displacement { get; init; } = 0.3;

    /// <summary>Largest difference of derivatives from central differences.</summary>
    public double DerivativeTolerance { get; init; } = 1e-7;

    /// <summary>Largest relative difference of a value from what it must equal.</summary>
    public double ValueTolerance { get; init; } = 1e-9;

    /// <summary>Largest component of the difference of a state from itself.</summary>
    public double ZeroTolerance { get; init; } = 1e-15;

    /// <summary>Largest relative difference between the motions of a system in two equivalent states.</summary>
    public double MotionTolerance { get; init; } = 1e-7;
}

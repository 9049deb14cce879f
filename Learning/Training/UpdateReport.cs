namespace MbMix.Learning;

/// <summary>What one optimizer step did.</summary>
/// <param name="GradientNorm">Norm of the whole gradient before clipping.</param>
/// <param name="Clipped">Whether it was scaled down.</param>
/// <param name="Skipped">Whether the step was left out because the norm is not finite.</param>
public readonly record struct UpdateReport(double GradientNorm, bool Clipped, bool Skipped);

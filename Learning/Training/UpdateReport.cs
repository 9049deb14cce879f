namespace MbMix.Learning;

/// <summary>Outcome of one optimizer step.</summary>
/// <param name="GradientNorm">Norm of the whole gradient before clipping.</param>
/// <param name="Clipped">Whether the gradient was scaled down.</param>
/// <param name="Skipped">Whether the step was skipped because the norm is not finite.</param>
public readonly record struct UpdateReport(double GradientNorm, bool Clipped, bool Skipped);

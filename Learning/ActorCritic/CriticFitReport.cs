namespace MbMix.Learning;

/// <summary>Outcome of one fit of the critic, averaged over its optimizer steps.</summary>
/// <param name="Loss">Mean squared error.</param>
/// <param name="GradientNorm">Norm of the gradient before clipping.</param>
/// <param name="ClippedShare">Share of the steps whose gradient was clipped.</param>
public readonly record struct CriticFitReport(double Loss, double GradientNorm, double ClippedShare);

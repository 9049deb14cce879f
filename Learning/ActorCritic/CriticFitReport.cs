namespace MbMix.Learning;

/// <summary>What a critic fit did, averaged over its updates.</summary>
/// <param name="Loss">Mean squared error.</param>
/// <param name="GradientNorm">Norm of the gradient before clipping.</param>
/// <param name="ClippedShare">Share of the updates that were clipped.</param>
public readonly record struct CriticFitReport(double Loss, double GradientNorm, double ClippedShare);

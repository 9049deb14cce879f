namespace MbMix;

/// <summary>What one <see cref="IDynamicsModel.Fit"/> did, in the model's whitened coordinates.</summary>
/// <param name="Loss">The loss that was minimised.</param>
/// <param name="ValueError">Mean squared error of the predicted change.</param>
/// <param name="DerivativeError">Mean squared error of the derivatives; 0 without derivative targets.</param>
public readonly record struct FitReport(double Loss, double ValueError, double DerivativeError);

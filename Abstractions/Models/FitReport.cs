namespace MbMix;

/// <summary>The result of one <see cref="IDynamicsModel.Fit"/>, in the whitened coordinates of the model.</summary>
/// <param name="Loss">The loss that was minimized.</param>
/// <param name="ValueError">Mean squared error of the predicted change.</param>
/// <param name="DerivativeError">Mean squared error of the derivatives; 0 if there are no derivative targets.</param>
public readonly record struct FitReport(double Loss, double ValueError, double DerivativeError);

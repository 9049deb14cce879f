namespace MbMix;

/// <summary>The result of a training step of a model, or the means over several, in its whitened coordinates.</summary>
/// <param name="Loss">The loss that was minimized.</param>
/// <param name="ValueError">Mean squared error of the predicted change.</param>
/// <param name="DerivativeError">Mean squared error of the derivatives; 0 if there are no derivative targets.</param>
public readonly record struct FitReport(double Loss, double ValueError, double DerivativeError);

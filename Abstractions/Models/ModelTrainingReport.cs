namespace MbMix;

/// <summary>The result of one <see cref="IProbabilisticModel.Train"/>.</summary>
/// <param name="Epochs">Passes over the data.</param>
/// <param name="Updates">Gradient steps of each member, averaged over the members.</param>
/// <param name="HeldOutError">
/// Mean squared error of the predicted change on held-out rows, in the whitened coordinates of the model, averaged over
/// the elites.
/// </param>
public readonly record struct ModelTrainingReport(int Epochs, long Updates, double HeldOutError);

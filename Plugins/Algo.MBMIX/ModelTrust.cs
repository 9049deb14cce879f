namespace MbMix.Algo.MBMIX;

/// <summary>
/// Whether the model is good enough to learn through it alone: whether it explains enough of what new windows of the
/// environment show, each seen before the model was trained on it.
/// </summary>
/// <param name="maxError">
/// Largest unexplained share of the change of state, 0 for a perfect model and 1 for one that predicts no change.
/// </param>
/// <param name="learned">
/// Whether the model learns, and is not trusted before its first error; one that does not is always trusted.
/// </param>
internal sealed class ModelTrust(double maxError, bool learned) : ICheckpointed
{
    // the average has a time constant of ten windows
    private const double Keep = 0.9;

    private double error = double.NaN;

    /// <summary>Whether the averaged error is at most the largest one.</summary>
    public bool Holds => !learned || maxError >= 1 || error <= maxError;

    /// <summary>
    /// Adds the error of a window. Any error above 1 counts as 1, so that one bad prediction is soon forgotten; NaN, of
    /// a model that was not trained yet, does not count.
    /// </summary>
    public void Observe(double windowError)
    {
        if (double.IsNaN(windowError)) return;
        double share = Math.Min(windowError, 1);
        error = double.IsNaN(error) ? share : (Keep * error) + ((1 - Keep) * share);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => writer.Write<double>("error", [error]);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => error = reader.Read<double>("error")[0];
}

namespace MbMix;

/// <summary>What an algorithm requires of the environment and the model that it is combined with.</summary>
/// <param name="Gradients">
/// Whether it differentiates control steps; the host then refuses environments without gradients.
/// </param>
/// <param name="Model">Whether it uses a dynamics model.</param>
/// <param name="PredictiveEnv">
/// Whether it rolls out the model; the host then refuses environments that are not <see cref="IPredictiveEnv"/>.
/// </param>
public readonly record struct AlgorithmNeeds(bool Gradients, ModelUse Model, bool PredictiveEnv)
{
    /// <summary>
    /// Whether it samples the model or trains it on all data at once; the host then refuses a model that is learned
    /// but no <see cref="IProbabilisticModel"/>. Default false.
    /// </summary>
    public bool ProbabilisticModel { get; init; }
}

namespace MbMix;

/// <summary>What an algorithm needs of the things it is combined with.</summary>
/// <param name="Gradients">Differentiates environment steps: refused on an environment without gradients.</param>
/// <param name="Model">Whether it uses a dynamics model.</param>
/// <param name="PredictiveEnv">Rolls the model out: refused on an environment that is not <see cref="IPredictiveEnv"/>.</param>
public readonly record struct AlgorithmNeeds(bool Gradients, ModelUse Model, bool PredictiveEnv);

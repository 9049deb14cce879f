using MbMix;

namespace Mutants;

/// <summary>A sound environment, model and algorithm, each with a choice of mistakes that authors make.</summary>
public sealed class MutantPlugin : IMbMixPlugin
{
    public const string Environment = "test/mutant-env-v1";
    public const string Model = "test/mutant-model-v1";
    public const string Algorithm = "test/mutant-algo-v1";

    public void Register(IPluginRegistry registry)
    {
        registry.AddEnvironment<MutantEnvOptions>(
            Environment, "A point mass with a choice of mistakes.", (options, _) => new MutantEnv(options.Mistake));
        registry.AddModel<MutantModelOptions>(
            Model, "A linear model with a choice of mistakes.", (options, context) => new MutantModel(options.Mistake, context));
        registry.AddAlgorithm<MutantAlgorithmOptions>(
            Algorithm,
            "Gradient ascent with a choice of mistakes.",
            _ => new AlgorithmNeeds(Gradients: true, ModelUse.Optional, PredictiveEnv: false),
            (options, context) => new MutantAlgorithm(options.Mistake, context));
    }
}

public sealed class MutantEnvOptions
{
    /// <summary>The mistake.</summary>
    public EnvMistake Mistake { get; set; }
}

public sealed class MutantModelOptions
{
    /// <summary>The mistake.</summary>
    public ModelMistake Mistake { get; set; }
}

public sealed class MutantAlgorithmOptions
{
    /// <summary>The mistake.</summary>
    public AlgorithmMistake Mistake { get; set; }
}

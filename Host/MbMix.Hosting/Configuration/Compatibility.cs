using TorchSharp;

namespace MbMix.Hosting;

/// <summary>Whether an environment, a model and an algorithm can work together.</summary>
internal static class Compatibility
{
    /// <summary>Rejects a combination that cannot work.</summary>
    /// <exception cref="ConfigurationException">The algorithm cannot train in this environment or with this
    /// model.</exception>
    public static void Check(
        string algorithm, AlgorithmNeeds needs, IDifferentiableEnv env, string? model, IEnumerable<string> knownModels)
    {
        var spec = env.Spec;
        string? problem = spec switch
        {
            { StateType: not (torch.ScalarType.Float32 or torch.ScalarType.Float64) } =>
                $"environment {spec.Id} computes in {spec.StateType}; float32 or float64 is expected.",
            _ when !spec.Devices.Contains(DeviceType.CPU) =>
                $"environment {spec.Id} computes on {string.Join(", ", spec.Devices)} only; this host trains on "
                + "the CPU.",
            _ when needs.Gradients && spec.Gradient.Kind == GradientKind.None =>
                $"algorithm {algorithm} differentiates the environment, but {spec.Id} has no gradients: choose "
                + "another algorithm or environment.",
            _ when needs.PredictiveEnv && env is not IPredictiveEnv =>
                $"algorithm {algorithm} uses model rollouts, but {spec.Id} cannot evaluate predicted states (it is not "
                + "an IPredictiveEnv): use rollouts in the environment or another environment.",
            _ when needs.Model == ModelUse.Required && model is null =>
                $"algorithm {algorithm} needs a dynamics model: add {ApiTerms.Model}, one of "
                + $"{string.Join(", ", knownModels)}.",
            _ when needs.Model == ModelUse.None && model is not null =>
                $"algorithm {algorithm} uses no dynamics model with these options: leave {model} out.",
            _ => null,
        };
        if (problem is not null) throw new ConfigurationException(problem);
    }

    /// <summary>
    /// Rejects a model that is trained on derivatives if the environment has none, and one without distributions if the
    /// algorithm needs them.
    /// </summary>
    /// <exception cref="ConfigurationException">The model does not fit.</exception>
    public static void Check(string algorithm, AlgorithmNeeds needs, IDynamicsModel model, IDifferentiableEnv env)
    {
        if (needs.ProbabilisticModel && model.Spec.Learned && model is not IProbabilisticModel)
        {
            throw new ConfigurationException(
                $"algorithm {algorithm} samples an ensemble that predicts distributions, and {model.Spec.Id} does not: "
                + $"choose another {ApiTerms.Model}, such as mbmix/ensemble-v1.");
        }
        if (model.Spec.Derivatives != DerivativeTargets.None && env.Spec.Gradient.Kind == GradientKind.None)
        {
            throw new ConfigurationException(
                $"model {model.Spec.Id} is fitted on derivatives, but {env.Spec.Id} has no gradients: train it on "
                + "values only, or choose another environment.");
        }
    }
}

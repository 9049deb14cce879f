using System.ComponentModel.DataAnnotations;

namespace MbMix.Studies;

/// <summary>Options of studies that train a short-horizon actor-critic and interrupt it to measure.</summary>
public abstract class MixLearnerOptions
{
    /// <summary>Id or name of the environment. Default diffrl/ant-v1.</summary>
    public string Environment { get; set; } = "diffrl/ant-v1";

    /// <summary>
    /// Number of environments N that are trained in, and over which a gradient is averaged. Default 8.
    /// </summary>
    [Range(1, 65536)]
    public int Environments { get; set; } = 8;

    /// <summary>Balance factor lambda of the training. Default 0.95.</summary>
    [Range(0.0, 1.0)]
    public double TrainLambda { get; set; } = 0.95;

    /// <summary>Window length H of the training. Default 32.</summary>
    [Range(1, 4096)]
    public int TrainHorizon { get; set; } = 32;

    /// <summary>Discount factor gamma. Default 0.99.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; set; } = 0.99;

    /// <summary>Learning rate of the actor. Default 2e-3.</summary>
    [Range(1e-8, 1.0)]
    public double ActorLearningRate { get; set; } = 2e-3;

    /// <summary>Learning rate of the critic. Default 2e-3.</summary>
    [Range(1e-8, 1.0)]
    public double CriticLearningRate { get; set; } = 2e-3;

    /// <summary>Share of the target critic that is kept at each update. Default 0.2.</summary>
    [Range(0.0, 1.0)]
    public double TargetKeep { get; set; } = 0.2;

    /// <summary>Sizes of the actor's hidden layers. Default 128, 64, 32.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] ActorHidden { get; set; } = [128, 64, 32];

    /// <summary>Sizes of the critic's hidden layers. Default 64, 64.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] CriticHidden { get; set; } = [64, 64];

    /// <summary>
    /// Makes the settings of the actor-critic that is trained; everything not set here has the algorithms' default.
    /// </summary>
    internal ActorCriticOptions ForTraining() => new()
    {
        Environments = Environments,
        Horizon = TrainHorizon,
        Gamma = Gamma,
        ActorLearningRate = ActorLearningRate,
        CriticLearningRate = CriticLearningRate,
        TargetKeep = TargetKeep,
        ActorHidden = ActorHidden,
        CriticHidden = CriticHidden,
    };
}

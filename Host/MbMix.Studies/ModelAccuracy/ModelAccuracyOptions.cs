using System.ComponentModel.DataAnnotations;

namespace MbMix.Studies.ModelAccuracy;

/// <summary>Options of the study of model accuracy.</summary>
public sealed class ModelAccuracyOptions
{
    /// <summary>
    /// Id or name of the environment. Default diffrl/cheetah-v1, whose episodes end only at the time limit.
    /// </summary>
    public string Environment { get; set; } = "diffrl/cheetah-v1";

    /// <summary>Id or name of the model. Default mbmix/sobolev-mlp-v1.</summary>
    public string Model { get; set; } = "mbmix/sobolev-mlp-v1";

    /// <summary>
    /// Values of the setting <c>model.alpha</c> to compare; 0 is a conventional model. Default 0, 0.01, 0.1, 1.
    /// </summary>
    [Required, MinLength(1), ElementRange(0, 1e6)]
    public double[] Alphas { get; set; } = [0, 0.01, 0.1, 1];

    /// <summary>Number of transitions to train on. Default 16384.</summary>
    [Range(1, 100_000_000)]
    public int Transitions { get; set; } = 16384;

    /// <summary>Number of gradient steps. Default 5000.</summary>
    [Range(1, 10_000_000)]
    public int Updates { get; set; } = 5000;

    /// <summary>Number of transitions in a minibatch. Default 256.</summary>
    [Range(1, 65536)]
    public int Batch { get; set; } = 256;

    /// <summary>
    /// Norm above which a vector-Jacobian product, used as a target for the model, is scaled down to this norm together
    /// with its direction. Default 1000, as in training.
    /// </summary>
    [Range(1e-6, 1e30)]
    public double MaxDerivativeNorm { get; set; } = 1000;

    /// <summary>Number of held-out trajectories. Default 64.</summary>
    [Range(1, 65536)]
    public int Trajectories { get; set; } = 64;

    /// <summary>
    /// Number of steps in a held-out trajectory, and thus how far ahead the model predicts. Default 32.
    /// </summary>
    [Range(1, 4096)]
    public int Horizon { get; set; } = 32;

    /// <summary>Correlation of the random actions between successive steps. Default 0.8.</summary>
    [Range(0.0, 0.9999)]
    public double Smoothness { get; set; } = 0.8;

    /// <summary>
    /// Number of repetitions, each with its own data set, initial weights and held-out trajectories. Default 3.
    /// </summary>
    [Range(1, 1000)]
    public int Seeds { get; set; } = 3;
}

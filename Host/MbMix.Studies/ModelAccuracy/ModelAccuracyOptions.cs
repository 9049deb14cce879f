using System.ComponentModel.DataAnnotations;

namespace MbMix.Studies.ModelAccuracy;

/// <summary>Options of the study of learned models.</summary>
public sealed class ModelAccuracyOptions
{
    /// <summary>Environment. Default the cheetah, whose episodes end by time alone.</summary>
    public string Environment { get; set; } = "diffrl/cheetah-v1";

    /// <summary>Model. Default the Sobolev network.</summary>
    public string Model { get; set; } = "mbmix/sobolev-mlp-v1";

    /// <summary>The models to compare: values of the setting <c>model.alpha</c>, 0 being a conventional model. Default 0, 0.01, 0.1, 1.</summary>
    [Required, MinLength(1)]
    public double[] Alphas { get; set; } = [0, 0.01, 0.1, 1];

    /// <summary>Transitions to train on. Default 16384.</summary>
    [Range(1, 100_000_000)]
    public int Transitions { get; set; } = 16384;

    /// <summary>Gradient steps. Default 5000.</summary>
    [Range(1, 10_000_000)]
    public int Updates { get; set; } = 5000;

    /// <summary>Transitions of a step. Default 256.</summary>
    [Range(1, 65536)]
    public int Batch { get; set; } = 256;

    /// <summary>Largest norm of a vector-Jacobian product that is kept as a target; longer ones are scaled down to it. Default 1000, as in training.</summary>
    [Range(1e-6, 1e30)]
    public double MaxDerivativeNorm { get; set; } = 1000;

    /// <summary>Held-out trajectories. Default 64.</summary>
    [Range(1, 65536)]
    public int Trajectories { get; set; } = 64;

    /// <summary>Their length: how far ahead is predicted. Default 32.</summary>
    [Range(1, 4096)]
    public int Horizon { get; set; } = 32;

    /// <summary>Correlation of the random actions from step to step. Default 0.8.</summary>
    [Range(0.0, 0.9999)]
    public double Smoothness { get; set; } = 0.8;

    /// <summary>Data sets, start weights and held-out trajectories. Default 3.</summary>
    [Range(1, 1000)]
    public int Seeds { get; set; } = 3;
}

using System.ComponentModel.DataAnnotations;

namespace MbMix.Studies.GradientVariance;

/// <summary>Options of the study of gradient variance.</summary>
public sealed class GradientVarianceOptions : MixLearnerOptions
{
    /// <summary>
    /// Numbers of training iterations after which gradients are measured; 0 is the untrained policy and critic. Default
    /// 0, 50, 500.
    /// </summary>
    [Required, MinLength(1), ElementRange(0, 1_000_000)]
    public int[] Iterations { get; set; } = [0, 50, 500];

    /// <summary>Longest window lengths H. Default 8, 16, 32.</summary>
    [Required, MinLength(1), ElementRange(1, 4096)]
    public int[] Horizons { get; set; } = [8, 16, 32];

    /// <summary>
    /// Balance factors lambda; 1 is SHAC and is always measured. Default 0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.
    /// </summary>
    [Required, MinLength(1), ElementRange(0, 1)]
    public double[] Lambdas { get; set; } = [0, 0.5, 0.8, 0.9, 0.95, 0.99, 1];

    /// <summary>Number of gradients drawn at each point, all from the same states. Default 256.</summary>
    [Range(4, 1_000_000)]
    public int Draws { get; set; } = 256;

    /// <summary>Number of training runs, each with its own seed. Default 3.</summary>
    [Range(1, 1000)]
    public int Seeds { get; set; } = 3;
}

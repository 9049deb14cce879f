using System.ComponentModel.DataAnnotations;
using MbMix;

namespace Template.Project;

/// <summary>Options of the algorithm, to be set with <c>--set algo.key=value</c>.</summary>
public sealed class TemplateClassOptions
{
    /// <summary>Number of parallel environments. Default 64.</summary>
    [Range(1, 100_000)]
    public int Environments { get; set; } = 64;

    /// <summary>Number of steps in a window; gradients flow through all of them. Default 32.</summary>
    [Range(1, 10_000)]
    public int Horizon { get; set; } = 32;

    /// <summary>Learning rate of the policy. Default 0.005.</summary>
    [Range(0.0, 1.0)]
    public double LearningRate { get; set; } = 0.005;

    /// <summary>Gradient norm above which the gradient is clipped. Default 1.</summary>
    [Range(1e-9, 1e9)]
    public double MaxGradientNorm { get; set; } = 1;

    /// <summary>Sizes of the policy's hidden layers. Default 64, 64.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] Hidden { get; set; } = [64, 64];
}

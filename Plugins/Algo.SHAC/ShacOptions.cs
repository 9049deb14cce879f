using System.ComponentModel.DataAnnotations;
using MbMix.Learning;

namespace MbMix.Algo.SHAC;

/// <summary>Settings of SHAC. The defaults are what the published configurations of all six tasks share, and Ant's where they differ.</summary>
public sealed class ShacOptions
{
    /// <summary>Parallel environments N. Published: 64; 256 for Hopper.</summary>
    [Range(1, 1_000_000)]
    public int Environments { get; set; } = 64;

    /// <summary>Steps H of a window, through which gradients flow. Published: 32.</summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 32;

    /// <summary>Discount. Published: 0.99.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; set; } = 0.99;

    /// <summary>Mixing factor of the critic's TD(lambda) targets. Published: 0.95.</summary>
    [Range(0.0, 1.0)]
    public double Lambda { get; set; } = 0.95;

    /// <summary>Learning rate of the actor at the start; it falls on a line. Published: 2e-3; 1e-2 for the cart-pole.</summary>
    [Range(0.0, 10.0)]
    public double ActorLearningRate { get; set; } = 2e-3;

    /// <summary>Learning rate of the critic at the start; it falls on a line. Published: 2e-3, and from 2e-4 to 1e-3 for other tasks.</summary>
    [Range(0.0, 10.0)]
    public double CriticLearningRate { get; set; } = 2e-3;

    /// <summary>Both learning rates at the end of the budget. Published: 1e-5.</summary>
    [Range(0.0, 10.0)]
    public double FinalLearningRate { get; set; } = 1e-5;

    /// <summary>Decay of Adam's first moment. Published: 0.7.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta1 { get; set; } = 0.7;

    /// <summary>Decay of Adam's second moment. Published: 0.95.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta2 { get; set; } = 0.95;

    /// <summary>Largest norm of the actor's gradient, and of the critic's per minibatch. Published: 1.</summary>
    [Range(0.0, double.MaxValue)]
    public double MaxGradientNorm { get; set; } = 1.0;

    /// <summary>Share of the target critic that stays at each update. Published: 0.2; 0.995 for the humanoids.</summary>
    [Range(0.0, 1.0)]
    public double TargetKeep { get; set; } = 0.2;

    /// <summary>Passes over the window in each fit of the critic. Published: 16.</summary>
    [Range(1, 10_000)]
    public int CriticIterations { get; set; } = 16;

    /// <summary>Minibatches of a pass: contiguous parts of the window, not shuffled. Published: 4.</summary>
    [Range(1, 100_000)]
    public int CriticMinibatches { get; set; } = 4;

    /// <summary>Hidden layers of the actor. Published: 128, 64, 32.</summary>
    [Required, MinLength(1)]
    public int[] ActorHidden { get; set; } = [128, 64, 32];

    /// <summary>Hidden layers of the critic. Published: 64, 64.</summary>
    [Required, MinLength(1)]
    public int[] CriticHidden { get; set; } = [64, 64];

    /// <summary>Nonlinearity of both networks. Published: elu, each followed by a layer normalization.</summary>
    public Activation Activation { get; set; } = Activation.Elu;

    /// <summary>Start value of the log standard deviations. Published: -1.</summary>
    [Range(-20.0, 5.0)]
    public double InitialLogStd { get; set; } = -1.0;

    /// <summary>Normalize observations by running statistics. Published: yes.</summary>
    public bool NormalizeObservations { get; set; } = true;

    /// <summary>Factor on every reward that is learned from; reported returns stay unscaled. Published: 1.</summary>
    [Range(0.0, double.MaxValue)]
    public double RewardScale { get; set; } = 1.0;
}

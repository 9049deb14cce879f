using System.ComponentModel.DataAnnotations;
using MbMix.Learning;

namespace MbMix.Algo.PPO;

/// <summary>Settings of PPO. The defaults are what the published baseline configurations share, and the cart-pole's where they differ.</summary>
public sealed class PpoOptions
{
    /// <summary>Parallel environments N. Published: 32 for the cart-pole, 1024 or 2048 for the others.</summary>
    [Range(1, 1_000_000)]
    public int Environments { get; set; } = 32;

    /// <summary>Steps H between updates. Published: 240 for the cart-pole, 32 for the others.</summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 240;

    /// <summary>Rows of a minibatch: contiguous, lane after lane, not shuffled. Published: 1920 for the cart-pole, 8192 or 16384 for the others.</summary>
    [Range(1, 100_000_000)]
    public int MinibatchSize { get; set; } = 1920;

    /// <summary>Passes over each rollout. Published: 5; 6 for the muscle humanoid.</summary>
    [Range(1, 1000)]
    public int Passes { get; set; } = 5;

    /// <summary>Discount. Published: 0.99.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; set; } = 0.99;

    /// <summary>Decay of generalized advantage estimation. Published: 0.95.</summary>
    [Range(0.0, 1.0)]
    public double Lambda { get; set; } = 0.95;

    /// <summary>How far probability ratio and value may move before the objective is flat. Published: 0.2.</summary>
    [Range(0.0, 10.0)]
    public double Clip { get; set; } = 0.2;

    /// <summary>Learning rate at the start. Published: 3e-4.</summary>
    [Range(0.0, 10.0)]
    public double LearningRate { get; set; } = 3e-4;

    /// <summary>Decay of Adam's first moment. Published: 0.9.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta1 { get; set; } = 0.9;

    /// <summary>Decay of Adam's second moment. Published: 0.999.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta2 { get; set; } = 0.999;

    /// <summary>
    /// KL divergence to the rollout's policy that the learning rate is steered to after every minibatch: above twice this it is divided by
    /// 1.5, below half of it multiplied by 1.5. 0 keeps the learning rate. Published: 0.008.
    /// </summary>
    [Range(0.0, 100.0)]
    public double TargetKl { get; set; } = 0.008;

    /// <summary>Smallest learning rate the steering may reach. Published: 1e-6.</summary>
    [Range(0.0, 10.0)]
    public double MinLearningRate { get; set; } = 1e-6;

    /// <summary>Largest learning rate the steering may reach. Published: 1e-2.</summary>
    [Range(0.0, 10.0)]
    public double MaxLearningRate { get; set; } = 1e-2;

    /// <summary>Weight of the value loss; half of it multiplies the squared error. Published: 4.</summary>
    [Range(0.0, 1e6)]
    public double ValueCoefficient { get; set; } = 4.0;

    /// <summary>Weight of the penalty on action means outside [-1.1, 1.1]. Published: 1e-4.</summary>
    [Range(0.0, 1e6)]
    public double BoundsCoefficient { get; set; } = 1e-4;

    /// <summary>Weight of the entropy bonus. Published: 0.</summary>
    [Range(0.0, 1e6)]
    public double EntropyCoefficient { get; set; }

    /// <summary>Largest norm of the gradient. Published: 1.</summary>
    [Range(1e-9, double.MaxValue)]
    public double MaxGradientNorm { get; set; } = 1.0;

    /// <summary>Hidden layers of the network, shared by policy and value. Published: 64, 64 for the cart-pole.</summary>
    [Required, MinLength(1)]
    public int[] Hidden { get; set; } = [64, 64];

    /// <summary>Nonlinearity. Published: elu, without layer normalization.</summary>
    public Activation Activation { get; set; } = Activation.Elu;

    /// <summary>Start value of the log standard deviations. Published: 0.</summary>
    [Range(-20.0, 5.0)]
    public double InitialLogStd { get; set; }

    /// <summary>Factor on every reward that is learned from; reported returns stay unscaled. Published: 0.01.</summary>
    [Range(0.0, double.MaxValue)]
    public double RewardScale { get; set; } = 0.01;

    /// <summary>Normalize observations by running statistics. Published: yes.</summary>
    public bool NormalizeObservations { get; set; } = true;
}

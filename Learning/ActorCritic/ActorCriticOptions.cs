using System.ComponentModel.DataAnnotations;

namespace MbMix.Learning;

/// <summary>
/// Settings that short-horizon actor-critic algorithms share. The defaults are what SHAC's published configurations have in common, and Ant's where
/// they differ. Derive an algorithm's options from it.
/// </summary>
public class ActorCriticOptions
{
    /// <summary>Parallel environments N. Default 64. SHAC's: 64; 256 for Hopper.</summary>
    [Range(1, 1_000_000)]
    public int Environments { get; set; } = 64;

    /// <summary>Steps H of a window, through which gradients flow. Default 32, as in SHAC.</summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 32;

    /// <summary>Discount gamma. Default 0.99, as in SHAC.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; set; } = 0.99;

    /// <summary>Lambda of the critic's TD(lambda) targets. Default 0.95, as in SHAC.</summary>
    [Range(0.0, 1.0)]
    public double CriticLambda { get; set; } = 0.95;

    /// <summary>Learning rate of the actor at the start; it falls linearly. Default 2e-3. SHAC's: 2e-3; 1e-2 for the cart-pole.</summary>
    [Range(0.0, 10.0)]
    public double ActorLearningRate { get; set; } = 2e-3;

    /// <summary>Learning rate of the critic at the start; it falls linearly. Default 2e-3. SHAC's: from 2e-4 to 2e-3.</summary>
    [Range(0.0, 10.0)]
    public double CriticLearningRate { get; set; } = 2e-3;

    /// <summary>Both learning rates at the end of the budget. Default 1e-5, as in SHAC.</summary>
    [Range(0.0, 10.0)]
    public double FinalLearningRate { get; set; } = 1e-5;

    /// <summary>Decay of Adam's first moment, for actor and critic. Default 0.7, as in SHAC.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta1 { get; set; } = 0.7;

    /// <summary>Decay of Adam's second moment, for actor and critic. Default 0.95, as in SHAC.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta2 { get; set; } = 0.95;

    /// <summary>Largest norm of the actor's gradient, and of the critic's in each minibatch. Default 1, as in SHAC; very large for no clipping.</summary>
    [Range(1e-9, double.MaxValue)]
    public double MaxGradientNorm { get; set; } = 1.0;

    /// <summary>Share of the target critic that stays at each update. Default 0.2. SHAC's: 0.2; 0.995 for the humanoids.</summary>
    [Range(0.0, 1.0)]
    public double TargetKeep { get; set; } = 0.2;

    /// <summary>Passes over the window in each fit of the critic. Default 16, as in SHAC.</summary>
    [Range(1, 10_000)]
    public int CriticPasses { get; set; } = 16;

    /// <summary>Minibatches of a pass: contiguous parts of the window, not shuffled. Default 4, as in SHAC.</summary>
    [Range(1, 100_000)]
    public int CriticMinibatches { get; set; } = 4;

    /// <summary>Hidden layers of the actor. Default 128, 64, 32, as in SHAC.</summary>
    [Required, MinLength(1)]
    public int[] ActorHidden { get; set; } = [128, 64, 32];

    /// <summary>Hidden layers of the critic. Default 64, 64, as in SHAC.</summary>
    [Required, MinLength(1)]
    public int[] CriticHidden { get; set; } = [64, 64];

    /// <summary>Nonlinearity of both networks, each followed by a layer normalization. Default elu, as in SHAC.</summary>
    public Activation Activation { get; set; } = Activation.Elu;

    /// <summary>Initial log standard deviation of every action. Default -1, as in SHAC.</summary>
    [Range(-20.0, 5.0)]
    public double InitialLogStd { get; set; } = -1.0;

    /// <summary>Normalize observations by running statistics. Default true, as in SHAC.</summary>
    public bool NormalizeObservations { get; set; } = true;

    /// <summary>Factor on every reward that is learned from; reported returns stay unscaled. Default 1, as in SHAC.</summary>
    [Range(0.0, double.MaxValue)]
    public double RewardScale { get; set; } = 1.0;
}

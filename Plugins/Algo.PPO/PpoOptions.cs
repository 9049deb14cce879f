using System.ComponentModel.DataAnnotations;

namespace MbMix.Algo.PPO;

/// <summary>
/// Settings of PPO. The defaults are the values common to the published baseline configurations; where those differ,
/// they are the values for the cart-pole.
/// </summary>
public sealed class PpoOptions : IValidatableObject
{
    /// <summary>
    /// Number of parallel environments N. Published: 32 for the cart-pole, 1024 or 2048 for the others.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Environments { get; set; } = 32;

    /// <summary>Number of steps H in a rollout. Published: 240 for the cart-pole, 32 for the others.</summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 240;

    /// <summary>
    /// Number of rows in a minibatch. Minibatches are contiguous, lane after lane, not shuffled. Published: 1920 for
    /// the cart-pole, 8192 or 16384 for the others.
    /// </summary>
    [Range(1, 100_000_000)]
    public int MinibatchSize { get; set; } = 1920;

    /// <summary>Number of passes over each rollout. Published: 5; 6 for the muscle humanoid.</summary>
    [Range(1, 1000)]
    public int Passes { get; set; } = 5;

    /// <summary>Discount factor gamma. Published: 0.99.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; set; } = 0.99;

    /// <summary>Decay lambda of generalized advantage estimation. Published: 0.95.</summary>
    [Range(0.0, 1.0)]
    public double Lambda { get; set; } = 0.95;

    /// <summary>
    /// How far the probability ratio and the value may move before the objective becomes flat. Published: 0.2.
    /// </summary>
    [Range(1e-6, 10.0, ErrorMessage = "a number above 0, at most 10, is expected; with 0 nothing is learned")]
    public double Clip { get; set; } = 0.2;

    /// <summary>Initial learning rate. Published: 3e-4.</summary>
    [Range(0.0, 10.0)]
    public double LearningRate { get; set; } = 3e-4;

    /// <summary>Decay rate of Adam's first moment. Published: 0.9.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta1 { get; set; } = 0.9;

    /// <summary>Decay rate of Adam's second moment. Published: 0.999.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta2 { get; set; } = 0.999;

    /// <summary>
    /// KL divergence from the rollout's policy that the learning rate is adapted to after every minibatch: above twice
    /// this value the rate is divided by 1.5, below half of it multiplied by 1.5. 0 keeps the learning rate constant.
    /// Published: 0.008.
    /// </summary>
    [Range(0.0, 100.0)]
    public double TargetKl { get; set; } = 0.008;

    /// <summary>Lower limit of the adapted learning rate. Published: 1e-6.</summary>
    [Range(0.0, 10.0)]
    public double MinLearningRate { get; set; } = 1e-6;

    /// <summary>Upper limit of the adapted learning rate. Published: 1e-2.</summary>
    [Range(0.0, 10.0)]
    public double MaxLearningRate { get; set; } = 1e-2;

    /// <summary>Weight of the value loss, which is half the squared error. Published: 4.</summary>
    [Range(0.0, 1e6)]
    public double ValueCoefficient { get; set; } = 4.0;

    /// <summary>Weight of the penalty on action means outside [-1.1, 1.1]. Published: 1e-4.</summary>
    [Range(0.0, 1e6)]
    public double BoundsCoefficient { get; set; } = 1e-4;

    /// <summary>Weight of the entropy bonus. Published: 0.</summary>
    [Range(0.0, 1e6)]
    public double EntropyCoefficient { get; set; }

    /// <summary>
    /// Gradient norm above which gradients are clipped; Infinity switches clipping off. Published: 1.
    /// </summary>
    [Range(
        1e-9, double.PositiveInfinity,
        ErrorMessage = "a number above 0 is expected; Infinity switches clipping off")]
    public double MaxGradientNorm { get; set; } = 1.0;

    /// <summary>Sizes of the hidden layers, shared by policy and value. Published: 64, 64 for the cart-pole.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] Hidden { get; set; } = [64, 64];

    /// <summary>Activation of the hidden layers, without layer normalization. Published: elu.</summary>
    public Activation Activation { get; set; } = Activation.Elu;

    /// <summary>Initial log standard deviation of every action component. Published: 0.</summary>
    [Range(-20.0, 5.0)]
    public double InitialLogStd { get; set; }

    /// <summary>
    /// Factor applied to every reward used for learning; reported returns stay unscaled. Published: 0.01.
    /// </summary>
    [Range(1e-30, 1e30, ErrorMessage = "a number from 1e-30 to 1e30 is expected; with 0 nothing is learned")]
    public double RewardScale { get; set; } = 0.01;

    /// <summary>Whether observations are normalized by running statistics. Published: true.</summary>
    public bool NormalizeObservations { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((long)Environments * Horizon == 1)
            yield return new ValidationResult(
                "environments=1 and horizon=1 give a single step per iteration, whose standardized advantage is always "
                + "0; more of either is expected");
        if ((long)Environments * Horizon > int.MaxValue)
            yield return new ValidationResult(
                $"environments={Environments} times horizon={Horizon} is too large; at most {int.MaxValue} is "
                + "expected");
        if (TargetKl > 0 && (LearningRate < MinLearningRate || LearningRate > MaxLearningRate))
            yield return new ValidationResult(FormattableString.Invariant(
                $"learningRate={LearningRate} is not between minLearningRate={MinLearningRate} and maxLearningRate=")
                + FormattableString.Invariant($"{MaxLearningRate}, as expected unless targetKl=0 keeps it constant"));
    }
}

using System.ComponentModel.DataAnnotations;

namespace MbMix.Algo.APG;

/// <summary>
/// Settings of APG. The defaults are the values common to the published configurations of backpropagation through time
/// on the DiffRL tasks, with a short window and the few environments of the other baselines.
/// </summary>
public sealed class ApgOptions : IValidatableObject
{
    /// <summary>
    /// Number of parallel environments N. Default 8. Published: 64 for the cart-pole, 32 or 16 for the other DiffRL
    /// tasks.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Environments { get; set; } = 8;

    /// <summary>
    /// Number of steps H in a window; gradients flow through all of them, and memory grows with it. Default 32, as in
    /// Brax. Published for the DiffRL tasks: 240 for the cart-pole, 128 for hopper and cheetah, 1000 for the others.
    /// </summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 32;

    /// <summary>
    /// What is maximized: the discounted rewards of each segment (discounted, as in the DiffRL suite) or the mean of
    /// all rewards (mean, as in Brax). Default discounted.
    /// </summary>
    public ApgObjective Objective { get; set; } = ApgObjective.Discounted;

    /// <summary>Discount factor gamma of the discounted objective. Default 0.99. Published: 0.99.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; set; } = 0.99;

    /// <summary>
    /// Initial learning rate; it changes linearly to <see cref="FinalLearningRate"/>, which must not be larger. Default
    /// 2e-3. Published: 1e-2 for the cart-pole, 1e-3 to 4e-3 for the other DiffRL tasks; 1e-4 in Brax.
    /// </summary>
    [Range(0.0, 10.0)]
    public double ActorLearningRate { get; set; } = 2e-3;

    /// <summary>Final learning rate, reached at the end of the budget. Default 1e-5. Published: 1e-5.</summary>
    [Range(0.0, 10.0)]
    public double FinalLearningRate { get; set; } = 1e-5;

    /// <summary>Decay rate of Adam's first moment. Default 0.7. Published: 0.7.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta1 { get; set; } = 0.7;

    /// <summary>Decay rate of Adam's second moment. Default 0.95. Published: 0.95.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta2 { get; set; } = 0.95;

    /// <summary>
    /// Gradient norm above which the gradient is clipped; Infinity switches clipping off. Default 1. Published: 1 on
    /// the DiffRL tasks; Brax clips each component instead.
    /// </summary>
    [Range(
        1e-9, double.PositiveInfinity,
        ErrorMessage = "a number above 0 is expected; Infinity switches clipping off")]
    public double MaxGradientNorm { get; set; } = 1.0;

    /// <summary>
    /// Sizes of the actor's hidden layers. Default 128, 64, 32. Published: those of SHAC; 32, 32, 32, 32 in Brax.
    /// </summary>
    [Required, MinLength(1), LayerSizes]
    public int[] ActorHidden { get; set; } = [128, 64, 32];

    /// <summary>
    /// Activation of the hidden layers, followed by layer normalization. Default elu. Published: elu.
    /// </summary>
    public Activation Activation { get; set; } = Activation.Elu;

    /// <summary>
    /// Initial log standard deviation of every action component, before squashing. Default -1. Published: -1.
    /// </summary>
    [Range(-20.0, 5.0)]
    public double InitialLogStd { get; set; } = -1.0;

    /// <summary>
    /// Whether observations are normalized by running statistics. Default true. Published: true on the DiffRL tasks,
    /// false in Brax.
    /// </summary>
    public bool NormalizeObservations { get; set; } = true;

    /// <summary>
    /// Factor applied to every reward used for learning; reported returns stay unscaled. Default 1. Published: 1.
    /// </summary>
    [Range(1e-30, 1e30, ErrorMessage = "a number from 1e-30 to 1e30 is expected; with 0 nothing is learned")]
    public double RewardScale { get; set; } = 1.0;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FinalLearningRate > ActorLearningRate)
        {
            yield return new ValidationResult(FormattableString.Invariant(
                $"actorLearningRate={ActorLearningRate} would rise to finalLearningRate={FinalLearningRate}; ")
                + "a smaller finalLearningRate is expected");
        }
        if ((long)Environments * Horizon > int.MaxValue)
        {
            yield return new ValidationResult(
                $"environments={Environments} times horizon={Horizon} is too large; at most {int.MaxValue} is "
                + "expected");
        }
    }
}

using System.ComponentModel.DataAnnotations;

namespace MbMix.Model.Ensemble;

/// <summary>
/// Options of the probabilistic ensemble. The defaults are the values common to the public implementations of
/// ensembles of this kind.
/// </summary>
public sealed class ProbabilisticEnsembleOptions : IValidatableObject
{
    /// <summary>Number of networks. Published: 7 or 8.</summary>
    [Range(1, 64)]
    public int Members { get; set; } = 7;

    /// <summary>
    /// Number of networks whose held-out errors were smallest, which predict and are sampled. Published: 5 of 7.
    /// </summary>
    [Range(1, 64)]
    public int Elites { get; set; } = 5;

    /// <summary>Sizes of the hidden layers. Published: 200, 200, 200, 200.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] Hidden { get; set; } = [200, 200, 200, 200];

    /// <summary>Activation of the hidden layers. Published: silu, also called swish.</summary>
    public Activation Activation { get; set; } = Activation.Silu;

    /// <summary>Learning rate of the Adam optimizer. Published: 1e-3.</summary>
    [Range(1e-8, 1)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Transitions per gradient step. Published: 256.</summary>
    [Range(1, 65536)]
    public int BatchSize { get; set; } = 256;

    /// <summary>
    /// Weight of half the squared weights in the loss, layer by layer; the last number holds for all further layers.
    /// Published: 2.5e-5, 5e-5, 7.5e-5, 7.5e-5, 1e-4.
    /// </summary>
    [Required, MinLength(1), ElementRange(0, 1)]
    public double[] WeightDecay { get; set; } = [2.5e-5, 5e-5, 7.5e-5, 7.5e-5, 1e-4];

    /// <summary>
    /// Smallest log variance, in units of the change's own variance. The limit is soft. Published: starts at -10.
    /// </summary>
    [Range(-80.0, 80.0)]
    public double LowestLogVariance { get; set; } = -10;

    /// <summary>
    /// Largest log variance, in units of the change's own variance. The limit is soft. Published: starts at 0.5.
    /// </summary>
    [Range(-80.0, 80.0)]
    public double HighestLogVariance { get; set; } = 0.5;

    /// <summary>Share of the transitions that each member holds out. Published: 0.2.</summary>
    [Range(0.01, 0.9)]
    public double HeldOut { get; set; } = 0.2;

    /// <summary>
    /// A training ends when no member's held-out error has fallen by more than 1 % for this many epochs. Published: 5.
    /// </summary>
    [Range(1, 10_000)]
    public int Patience { get; set; } = 5;

    /// <summary>Number of transitions to collect before the model is trained and used. Default 1000.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumTransitions { get; set; } = 1000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Elites > Members)
        {
            yield return new ValidationResult(
                $"elites={Elites} is more than members={Members}; at most the number of members is expected");
        }
        if (LowestLogVariance >= HighestLogVariance)
        {
            yield return new ValidationResult(FormattableString.Invariant(
                $"lowestLogVariance={LowestLogVariance} is not below highestLogVariance={HighestLogVariance}"));
        }
    }
}

using System.ComponentModel.DataAnnotations;

namespace MbMix.Learning;

/// <summary>
/// Settings that algorithms on the base of soft actor-critic share. The defaults are the values common to the public
/// implementations (one environment, 256 rows, one update per transition), with what few environments ask for. An
/// algorithm derives its own options from this class.
/// </summary>
public class SoftActorCriticOptions : IValidatableObject
{
    /// <summary>Number of parallel environments N. Published: 1; 64 or 128 on the DiffRL tasks.</summary>
    [Range(1, 1_000_000)]
    public int Environments { get; set; } = 8;

    /// <summary>
    /// Update-to-data ratio: gradient updates per transition. Published: 1 with one environment; 1/64 or 1/128 on the
    /// DiffRL tasks, with batches of 2048 or 4096.
    /// </summary>
    [Range(1e-6, 1000.0, ErrorMessage = "a number from 1e-6 to 1000 is expected; with 0 nothing is learned")]
    public double UpdatesPerTransition { get; set; } = 1;

    /// <summary>Transitions per update. Published: 256.</summary>
    [Range(1, 1_000_000)]
    public int BatchSize { get; set; } = 256;

    /// <summary>Largest number of transitions kept. Published: 1,000,000.</summary>
    [Range(1, 100_000_000)]
    public int ReplayCapacity { get; set; } = 1_000_000;

    /// <summary>
    /// Transitions with uniformly random actions before learning starts. Published: 100, 5,000 or 10,000.
    /// </summary>
    [Range(0, 100_000_000)]
    public int LearningStarts { get; set; } = 5_000;

    /// <summary>Discount factor gamma. Published: 0.99.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; set; } = 0.99;

    /// <summary>
    /// Share tau of the critics that their targets move toward in every update. Published: 0.005.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Tau { get; set; } = 0.005;

    /// <summary>Learning rate of the actor. Published: 3e-4.</summary>
    [Range(0.0, 10.0)]
    public double ActorLearningRate { get; set; } = 3e-4;

    /// <summary>Learning rate of the critics. Published: 3e-4 or 1e-3.</summary>
    [Range(0.0, 10.0)]
    public double CriticLearningRate { get; set; } = 3e-4;

    /// <summary>Learning rate of the temperature; 0 keeps it constant. Published: 3e-4 or 1e-3.</summary>
    [Range(0.0, 10.0)]
    public double TemperatureLearningRate { get; set; } = 3e-4;

    /// <summary>Initial temperature alpha, the weight of the entropy. Published: 1.</summary>
    [Range(1e-9, 1e9, ErrorMessage = "a number from 1e-9 to 1e9 is expected")]
    public double InitialTemperature { get; set; } = 1;

    /// <summary>
    /// Entropy that the temperature aims for, per action component. Published: -1; -0.5 on the DiffRL tasks.
    /// </summary>
    [Range(-100.0, 100.0)]
    public double TargetEntropy { get; set; } = -1;

    /// <summary>
    /// Gradient norm above which the gradients of actor and critics are clipped; Infinity switches clipping off.
    /// Published: off.
    /// </summary>
    [Range(
        1e-9, double.PositiveInfinity,
        ErrorMessage = "a number above 0 is expected; Infinity switches clipping off")]
    public double MaxGradientNorm { get; set; } = double.PositiveInfinity;

    /// <summary>Sizes of the hidden layers of the actor. Published: 256, 256.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] ActorHidden { get; set; } = [256, 256];

    /// <summary>Sizes of the hidden layers of the critics. Published: 256, 256.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] CriticHidden { get; set; } = [256, 256];

    /// <summary>Activation of the hidden layers. Published: relu.</summary>
    public Activation Activation { get; set; } = Activation.Relu;

    /// <summary>
    /// Factor applied to every reward used for learning; reported returns stay unscaled. Published: 1.
    /// </summary>
    [Range(1e-30, 1e30, ErrorMessage = "a number from 1e-30 to 1e30 is expected; with 0 nothing is learned")]
    public double RewardScale { get; set; } = 1;

    /// <summary>
    /// Whether observations are normalized by running statistics. The buffer keeps them raw; they are normalized when
    /// they are sampled. Published: false; true on the DiffRL tasks.
    /// </summary>
    public bool NormalizeObservations { get; set; } = true;

    /// <summary>Checks options that depend on each other.</summary>
    /// <param name="validationContext">Not used.</param>
    /// <returns>One result per mistake.</returns>
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LearningStarts > ReplayCapacity)
        {
            yield return new ValidationResult(
                $"learningStarts={LearningStarts} is more than replayCapacity={ReplayCapacity}, so learning never "
                + "starts; at most the capacity is expected");
        }
    }
}

using System.ComponentModel.DataAnnotations;
using MbMix.Learning;

namespace MbMix.Algo.MAAC;

/// <summary>
/// Settings of MAAC. Published values are those of the authors' code; its defaults of soft actor-critic are common to
/// both.
/// </summary>
public sealed class MaacOptions : SoftActorCriticOptions
{
    /// <summary>Sets the defaults that differ from those of soft actor-critic.</summary>
    public MaacOptions() => (UpdatesPerTransition, Activation) = (4, Activation.Silu);

    /// <summary>
    /// Steps of every environment per iteration; then the model is trained and the updates follow. Published: one
    /// episode of 1,000 steps of one environment, the same number of transitions.
    /// </summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 125;

    /// <summary>
    /// Index T of the last model step that the actor's objective goes through, so that it sums T + 1 rewards.
    /// Published: 3; 1 or 2 for the walker.
    /// </summary>
    [Range(0, 1000)]
    public int ActorHorizon { get; set; } = 3;

    /// <summary>
    /// Number of actions over which the value of the last state is averaged in the actor's objective. Published: 5.
    /// </summary>
    [Range(1, 1000)]
    public int LastActions { get; set; } = 5;

    /// <summary>
    /// Number H of model steps in the critics' targets. 0 gives the target of soft actor-critic, to which the published
    /// code, with H = 2, comes down; above 0, targets of 0 to H steps are weighted by their variance over members and
    /// critics. Default 0.
    /// </summary>
    [Range(0, 1000)]
    public int CriticHorizon { get; set; }

    /// <summary>
    /// Number of blocks into which the updates of an iteration are divided; each begins with fresh transitions of the
    /// model. Published: 4.
    /// </summary>
    [Range(1, 1000)]
    public int Blocks { get; set; } = 4;

    /// <summary>
    /// Transitions that the model predicts per block, one step each, from states of the replay buffer. Published:
    /// 100,000.
    /// </summary>
    [Range(1, 100_000_000)]
    public int ModelTransitions { get; set; } = 25_000;

    /// <summary>Largest number of predicted transitions kept. Published: 2,000,000.</summary>
    [Range(1, 100_000_000)]
    public int ModelReplayCapacity { get; set; } = 500_000;

    /// <summary>Share of each batch that are transitions of the environment. Published: 0.05 or 0.1.</summary>
    [Range(0.0, 1.0)]
    public double RealRatio { get; set; } = 0.05;

    /// <summary>Most epochs that the model is trained for per iteration. Published: 200.</summary>
    [Range(1, 100_000)]
    public int ModelEpochs { get; set; } = 20;

    /// <summary>
    /// Largest number of rows that the model sees in one training, counting each pass, so that trainings do not grow
    /// with the replay buffer: with more transitions than that, only the latest are used. Default 0, no limit, as
    /// published.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int ModelRows { get; set; }

    /// <summary>
    /// Gradient norm above which the actor's gradient is clipped, besides maxGradientNorm, which holds for the critics
    /// as well; Infinity switches this off. Published: off. Default 10.
    /// </summary>
    [Range(
        1e-9, double.PositiveInfinity,
        ErrorMessage = "a number above 0 is expected; Infinity switches clipping off")]
    public double ActorGradientNorm { get; set; } = 10;

    /// <inheritdoc/>
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var result in base.Validate(validationContext)) yield return result;
        if ((long)Environments * Horizon > int.MaxValue)
        {
            yield return new ValidationResult(
                $"environments={Environments} times horizon={Horizon} is too large; at most {int.MaxValue} transitions "
                + "per iteration are expected");
        }
    }
}

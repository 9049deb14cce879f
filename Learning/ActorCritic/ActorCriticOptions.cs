using System.ComponentModel.DataAnnotations;

namespace MbMix.Learning;

/// <summary>
/// Settings that short-horizon actor-critic algorithms share. The defaults are the values common to SHAC's published
/// configurations; where those differ, they are the values for Ant. An algorithm derives its own options from this
/// class.
/// </summary>
public class ActorCriticOptions : IValidatableObject
{
    private const string NormExpected = "a number above 0 is expected; Infinity switches clipping off";

    /// <summary>Number of parallel environments N. Default 64. SHAC: 64; 256 for Hopper.</summary>
    [Range(1, 1_000_000)]
    public int Environments { get; set; } = 64;

    /// <summary>Number of steps H in a window; gradients flow through all of them. Default 32, as in SHAC.</summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 32;

    /// <summary>Discount factor gamma. Default 0.99, as in SHAC.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; set; } = 0.99;

    /// <summary>Lambda of the critic's TD(lambda) targets. Default 0.95, as in SHAC.</summary>
    [Range(0.0, 1.0)]
    public double CriticLambda { get; set; } = 0.95;

    /// <summary>
    /// Initial learning rate of the actor; it changes linearly to <see cref="FinalLearningRate"/>, which must not be
    /// larger. Default 2e-3. SHAC: 2e-3; 1e-2 for the cart-pole.
    /// </summary>
    [Range(0.0, 10.0)]
    public double ActorLearningRate { get; set; } = 2e-3;

    /// <summary>
    /// Initial learning rate of the critic; it changes linearly to <see cref="FinalLearningRate"/>, which must not be
    /// larger. Default 2e-3. SHAC: 2e-4 to 2e-3.
    /// </summary>
    [Range(0.0, 10.0)]
    public double CriticLearningRate { get; set; } = 2e-3;

    /// <summary>
    /// Final value of both learning rates, reached at the end of the budget. Default 1e-5, as in SHAC.
    /// </summary>
    [Range(0.0, 10.0)]
    public double FinalLearningRate { get; set; } = 1e-5;

    /// <summary>Decay rate of Adam's first moment, for actor and critic. Default 0.7, as in SHAC.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta1 { get; set; } = 0.7;

    /// <summary>Decay rate of Adam's second moment, for actor and critic. Default 0.95, as in SHAC.</summary>
    [Range(0.0, 0.999999)]
    public double AdamBeta2 { get; set; } = 0.95;

    /// <summary>
    /// Gradient norm above which gradients are clipped, for the actor and for each minibatch of the critic; Infinity
    /// switches clipping off. Default 1, as in SHAC.
    /// </summary>
    [Range(1e-9, double.PositiveInfinity, ErrorMessage = NormExpected)]
    public double MaxGradientNorm { get; set; } = 1.0;

    /// <summary>
    /// Largest norm of a lane's gradient with respect to its actions at one step, as a multiple of the median over the
    /// lanes; a longer one is scaled down to it before it reaches the actor, so that one contact does not outweigh all
    /// other lanes. Infinity switches this off. Default Infinity, as in SHAC.
    /// </summary>
    [Range(1, double.PositiveInfinity, ErrorMessage = "a number from 1 is expected; Infinity switches the cap off")]
    public double ActionGradientCap { get; set; } = double.PositiveInfinity;

    /// <summary>
    /// Share of the target critic that is kept at each update; the rest comes from the critic. Default 0.2. SHAC: 0.2;
    /// 0.995 for the humanoids.
    /// </summary>
    [Range(0.0, 0.999999, ErrorMessage = "a number from 0 to below 1 is expected; with 1 the target never moves")]
    public double TargetKeep { get; set; } = 0.2;

    /// <summary>
    /// Number of critics. The actor ascends their mean, and targets are bootstrapped from their minimum (as in SAPO,
    /// arXiv 2412.12089). Default 1, as in SHAC.
    /// </summary>
    [Range(1, 64)]
    public int Critics { get; set; } = 1;

    /// <summary>Number of passes over the window in each fit of the critic. Default 16, as in SHAC.</summary>
    [Range(1, 10_000)]
    public int CriticPasses { get; set; } = 16;

    /// <summary>
    /// Number of minibatches per pass. They are contiguous parts of the window, not shuffled. Default 4, as in SHAC.
    /// </summary>
    [Range(1, 100_000)]
    public int CriticMinibatches { get; set; } = 4;

    /// <summary>
    /// Number of windows that the critic is fitted to, the last ones, with targets computed afresh; passes go over all
    /// of them, in minibatches as large as those of one. Default 1, as in SHAC.
    /// </summary>
    [Range(1, 10_000)]
    public int CriticWindows { get; set; } = 1;

    /// <summary>Sizes of the actor's hidden layers. Default 128, 64, 32, as in SHAC.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] ActorHidden { get; set; } = [128, 64, 32];

    /// <summary>Sizes of the critic's hidden layers. Default 64, 64, as in SHAC.</summary>
    [Required, MinLength(1), LayerSizes]
    public int[] CriticHidden { get; set; } = [64, 64];

    /// <summary>
    /// Activation of the hidden layers of both networks, followed by layer normalization. Default elu, as in SHAC.
    /// </summary>
    public Activation Activation { get; set; } = Activation.Elu;

    /// <summary>
    /// Initial log standard deviation of every action component, before squashing. Default -1, as in SHAC.
    /// </summary>
    [Range(-20.0, 5.0)]
    public double InitialLogStd { get; set; } = -1.0;

    /// <summary>Whether observations are normalized by running statistics. Default true, as in SHAC.</summary>
    public bool NormalizeObservations { get; set; } = true;

    /// <summary>
    /// Factor applied to every reward used for learning; reported returns stay unscaled. Default 1, as in SHAC.
    /// </summary>
    [Range(1e-30, 1e30, ErrorMessage = "a number from 1e-30 to 1e30 is expected; with 0 nothing is learned")]
    public double RewardScale { get; set; } = 1.0;

    /// <summary>Checks options that depend on each other.</summary>
    /// <param name="validationContext">Not used.</param>
    /// <returns>One result per mistake.</returns>
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FinalLearningRate > ActorLearningRate) yield return Rising("actorLearningRate", ActorLearningRate);
        if (FinalLearningRate > CriticLearningRate) yield return Rising("criticLearningRate", CriticLearningRate);
        if ((long)Environments * Horizon > int.MaxValue)
            yield return new ValidationResult(
                $"environments={Environments} times horizon={Horizon} is too large; at most {int.MaxValue} is "
                + "expected");
    }

    private ValidationResult Rising(string key, double first) => new(FormattableString.Invariant(
        $"{key}={first} would rise to finalLearningRate={FinalLearningRate}; a smaller finalLearningRate is expected"));
}

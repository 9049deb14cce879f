using System.ComponentModel.DataAnnotations;
using MbMix.Learning;

namespace MbMix.Algo.MBMIX;

/// <summary>
/// Options of MB-MIX and MIX. Symbols are those of the paper (Zhang et al. 2025); values that the paper does not state
/// are our choice.
/// </summary>
public sealed class MbMixOptions : ActorCriticOptions
{
    /// <summary>Which rollouts the actor's gradient comes from. Default both.</summary>
    public RolloutSource Rollouts { get; set; } = RolloutSource.Both;

    /// <summary>
    /// Factor lambda that balances the window lengths: 1 is SHAC's objective, 0 the one-step objective. Default 0.95.
    /// </summary>
    [Range(0, 1)]
    public double Lambda { get; set; } = 0.95;

    /// <summary>
    /// How the weight beta of the model's objective, relative to the environment's, is found: scheduled, or measured
    /// for a gradient of least mean squared error, which needs at least two environments. Default scheduled.
    /// </summary>
    public ModelWeighting Weighting { get; set; } = ModelWeighting.Scheduled;

    /// <summary>
    /// Initial value of a scheduled beta, which changes linearly to <see cref="FinalBeta"/>. Default 1.
    /// </summary>
    [Range(0, 1e6)]
    public double Beta { get; set; } = 1;

    /// <summary>Final value of a scheduled beta, at the end of the budget. Default 0.</summary>
    [Range(0, 1e6)]
    public double FinalBeta { get; set; }

    /// <summary>Number of model rollouts per iteration. Default 64.</summary>
    [Range(1, 65536)]
    public int ModelRollouts { get; set; } = 64;

    /// <summary>
    /// Which states of the current window model rollouts start from. Default window, which is any of them.
    /// </summary>
    public ModelStarts ModelStarts { get; set; } = ModelStarts.Window;

    /// <summary>Number of steps in a model rollout. Default 32.</summary>
    [Range(1, 4096)]
    public int ModelHorizon { get; set; } = 32;

    /// <summary>
    /// Number K of imagined updates per iteration: further steps of the actor along the model's gradient alone, from
    /// fresh rollouts, with an Adam state of their own. Default 0.
    /// </summary>
    [Range(0, 10000)]
    public int ImaginedUpdates { get; set; }

    /// <summary>Number of model rollouts per imagined update. Default 32.</summary>
    [Range(1, 65536)]
    public int ImaginedRollouts { get; set; } = 32;

    /// <summary>Number of steps in a rollout of an imagined update. Default 32.</summary>
    [Range(1, 4096)]
    public int ImaginedHorizon { get; set; } = 32;

    /// <summary>
    /// Learning rate of imagined updates, as a factor of the actor's current learning rate. Default 1.
    /// </summary>
    [Range(1e-9, 1e3)]
    public double ImaginedRate { get; set; } = 1;

    /// <summary>
    /// Largest share of the change of state that the model may leave unexplained in new windows for imagined updates to
    /// be made, in the average over some ten windows, each before the model is trained on it. An iteration whose model
    /// is worse has none. From 1 on, imagined updates are made in every iteration. Default Infinity.
    /// </summary>
    [Range(0, double.PositiveInfinity, ErrorMessage = "a number from 0 is expected; Infinity trusts every model")]
    public double ImaginedMaxError { get; set; } = double.PositiveInfinity;

    /// <summary>
    /// Number of passes of the critic over the rollouts of each imagined update, so that it knows the states in which
    /// short rollouts end. Default 0.
    /// </summary>
    [Range(0, 1000)]
    public int ImaginedCriticPasses { get; set; }

    /// <summary>Number of gradient steps of the model per iteration. Default 32.</summary>
    [Range(0, 100000)]
    public int ModelUpdates { get; set; } = 32;

    /// <summary>
    /// Number of gradient steps of the model before its rollouts are used. They are all taken in the first iteration
    /// with enough transitions. Default 1000.
    /// </summary>
    [Range(0, 1000000)]
    public int ModelWarmup { get; set; } = 1000;

    /// <summary>Number of transitions in a minibatch of the model. Default 256.</summary>
    [Range(1, 65536)]
    public int ModelBatch { get; set; } = 256;

    /// <summary>Largest number of transitions kept for the model. Default 1,000,000.</summary>
    [Range(1, 100000000)]
    public int ReplayCapacity { get; set; } = 1_000_000;

    /// <summary>
    /// Number of iterations between comparisons of the policy gradients through the model and through the environment
    /// (<c>model/gradient-cosine</c> in the log). A comparison takes extra environment steps; 0 for none. Default 0.
    /// </summary>
    [Range(0, 1000000)]
    public int ModelCheckEvery { get; set; }

    /// <summary>
    /// Norm above which a vector-Jacobian product, used as a target for the model, is scaled down to this norm together
    /// with its direction; Infinity switches this off. Default 1000.
    /// </summary>
    [Range(1e-9, double.PositiveInfinity, ErrorMessage = "a number above 0 is expected; Infinity switches scaling off")]
    public double MaxDerivativeNorm { get; set; } = 1000;

    /// <inheritdoc/>
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var result in base.Validate(validationContext)) yield return result;
        if (Rollouts == RolloutSource.Both && Weighting == ModelWeighting.Measured && Environments < 2)
        {
            yield return new ValidationResult(
                "weighting=measured compares environments and needs at least 2; use more environments or "
                + "weighting=scheduled",
                [nameof(Weighting)]);
        }
        if (Rollouts != RolloutSource.Env && (long)ModelRollouts * ModelHorizon > int.MaxValue)
        {
            yield return new ValidationResult(
                $"modelRollouts={ModelRollouts} times modelHorizon={ModelHorizon} is too large; at most "
                + $"{int.MaxValue} is expected");
        }
    }
}

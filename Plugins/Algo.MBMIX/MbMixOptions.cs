using System.ComponentModel.DataAnnotations;
using MbMix.Learning;

namespace MbMix.Algo.MBMIX;

/// <summary>Options of MB-MIX and MIX. Symbols are those of the paper (Zhang et al. 2025); what the paper does not state is our choice.</summary>
public sealed class MbMixOptions : ActorCriticOptions, IValidatableObject
{
    /// <summary>Where the actor's gradient comes from. Default both.</summary>
    public RolloutSource Rollouts { get; set; } = RolloutSource.Both;

    /// <summary>Balance factor lambda of the window lengths: 1 is SHAC's objective, 0 the one-step objective. Default 0.95.</summary>
    [Range(0, 1)]
    public double Lambda { get; set; } = 0.95;

    /// <summary>
    /// How the weight beta of the model's objective beside the environment's is found. Default scheduled; measured, the gradient with the least mean squared
    /// error, needs two environments or more.
    /// </summary>
    public ModelWeighting Weighting { get; set; } = ModelWeighting.Scheduled;

    /// <summary>Scheduled beta at the start; it falls linearly to <see cref="FinalBeta"/>. Default 1.</summary>
    [Range(0, 1e6)]
    public double Beta { get; set; } = 1;

    /// <summary>Scheduled beta at the end of the budget. Default 0.</summary>
    [Range(0, 1e6)]
    public double FinalBeta { get; set; }

    /// <summary>Model rollouts per iteration. Default 64.</summary>
    [Range(1, 65536)]
    public int ModelRollouts { get; set; } = 64;

    /// <summary>States of the current window that model rollouts start from. Default window: any of them.</summary>
    public ModelStarts ModelStarts { get; set; } = ModelStarts.Window;

    /// <summary>Longest window in the model. Default 32.</summary>
    [Range(1, 4096)]
    public int ModelHorizon { get; set; } = 32;

    /// <summary>Gradient steps of the model per iteration. Default 32.</summary>
    [Range(0, 100000)]
    public int ModelUpdates { get; set; } = 32;

    /// <summary>Gradient steps of the model before its rollouts are used, taken at once when enough transitions are there. Default 1000.</summary>
    [Range(0, 1000000)]
    public int ModelWarmup { get; set; } = 1000;

    /// <summary>Transitions in a model batch. Default 256.</summary>
    [Range(1, 65536)]
    public int ModelBatch { get; set; } = 256;

    /// <summary>Transitions kept for the model. Default 1,000,000.</summary>
    [Range(1, 100000000)]
    public int ReplayCapacity { get; set; } = 1_000_000;

    /// <summary>
    /// Iterations from one comparison of the model's policy gradient with the environment's to the next (<c>model/gradient-cosine</c> in the log); 0 for none,
    /// because it takes environment steps. Default 0.
    /// </summary>
    [Range(0, 1000000)]
    public int ModelCheckEvery { get; set; }

    /// <summary>Largest norm of a vector-Jacobian product that is kept as a target; longer ones are scaled down to it. Default 1000.</summary>
    [Range(1e-6, 1e30)]
    public double MaxDerivativeNorm { get; set; } = 1000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Rollouts == RolloutSource.Both && Weighting == ModelWeighting.Measured && Environments < 2)
            yield return new ValidationResult("weighting=measured compares environments and needs at least 2; use more environments or weighting=scheduled", [nameof(Weighting)]);
    }
}

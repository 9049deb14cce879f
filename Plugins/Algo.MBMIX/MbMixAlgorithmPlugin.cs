using MbMix.Algo.MBMIX;
using MbMix.Learning;

[assembly: MbMix.MbMixPlugin(typeof(MbMixAlgorithmPlugin))]

namespace MbMix.Algo.MBMIX;

/// <summary>Registers the algorithm MB-MIX, which without a dynamics model is MIX.</summary>
public sealed class MbMixAlgorithmPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/mbmix-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<MbMixOptions>(
            Id,
            "MB-MIX: policy gradients averaged over window lengths, through the environment and a Sobolev-trained "
            + "model (Zhang et al. 2025).",
            options => new AlgorithmNeeds(
                Gradients: true,
                options.Rollouts == RolloutSource.Env ? ModelUse.None : ModelUse.Required,
                PredictiveEnv: options.Rollouts != RolloutSource.Env),
            Create);

    /// <summary>Builds the optimizer and its parts.</summary>
    internal static IPolicyOptimizer Create(MbMixOptions options, OptimizerContext context)
    {
        var (env, seed) = (context.Env, context.Seed);
        var model = options.Rollouts == RolloutSource.Env ? null : context.Model;
        var settings = new ModelLearnerSettings(
            options.ModelUpdates, options.ModelWarmup, options.ModelBatch, options.ReplayCapacity,
            options.MaxDerivativeNorm);
        bool measured = options.Rollouts == RolloutSource.Both && options.Weighting == ModelWeighting.Measured;
        return new MbMixOptimizer(
            options,
            context.Budget,
            new VectorEnv(env, options.Environments, seed),
            ActorCritic.Build(options, env.Spec, seed, context.Workers, context.Logger),
            model,
            model is null ? null : new ModelLearner(model, env, settings, context.Budget, seed),
            model is not null && measured ? new GradientBlend(options.Environments, options.ModelRollouts) : null,
            MbMixNoise.From(seed));
    }
}

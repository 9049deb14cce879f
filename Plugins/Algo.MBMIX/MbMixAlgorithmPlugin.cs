using MbMix.Algo.MBMIX;
using MbMix.Learning;
using Microsoft.Extensions.Logging;

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
        RequireMemory(options, env, model, context.Budget);
        if (model is not null) CheckModel(options, model.Spec, context);
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

    private static void RequireMemory(MbMixOptions options, IDifferentiableEnv env, IDynamicsModel? model, long budget)
    {
        var memory = ActorCritic.EstimateMemory(options, env.Spec);
        List<(string, long)> settings = [.. ActorCritic.MemorySettings(options)];
        if (model is not null)
        {
            memory.Add(
                (double)options.ModelRollouts * options.ModelHorizon,
                ActorCritic.StepBytes(options, env.Spec) + model.Spec.TapeBytes,
                sizeof(float) * env.Spec.Observation.Size);
            settings.AddRange([
                ("algo.modelRollouts", options.ModelRollouts), ("algo.modelHorizon", options.ModelHorizon)]);
        }
        if (model?.Spec.Learned == true)
        {
            memory.Add(
                Math.Min(options.ReplayCapacity, budget), ReplayBuffer.RowBytes(env, model.Spec));
            settings.Add(("algo.replayCapacity", options.ReplayCapacity));
        }
        memory.Require([.. settings]);
    }

    // settings of the algorithm and the model with which the model would be of no use
    private static void CheckModel(MbMixOptions options, ModelSpec model, OptimizerContext context)
    {
        if (model.Learned && options.ReplayCapacity < model.MinimumTransitions)
            throw new ConfigurationException(
                $"algo.replayCapacity={options.ReplayCapacity} is below the {model.MinimumTransitions} transitions "
                + $"that {model.Id} waits for (model.minimumTransitions): the model would never be used.");
        if (model.Learned && options is { ModelUpdates: 0, ModelWarmup: 0 })
            throw new ConfigurationException(
                $"algo.modelUpdates=0 and algo.modelWarmup=0: {model.Id} would never be trained. Set one of them above "
                + "0.");
        if (model.Learned && context.Budget <= model.MinimumTransitions)
            context.Logger.LogWarning(
                "The budget of {Budget} steps ends before {Model} has the {Transitions} transitions that it waits for "
                + "(model.minimumTransitions): the model is never used.",
                context.Budget,
                model.Id,
                model.MinimumTransitions);
        if (options is
            {
                Beta: 0, FinalBeta: 0, ImaginedUpdates: 0, Weighting: ModelWeighting.Scheduled,
                Rollouts: RolloutSource.Both,
            })
            context.Logger.LogWarning(
                "beta and finalBeta are 0: the model has no influence. rollouts=env gives the same without its cost.");
    }
}

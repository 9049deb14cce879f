using MbMix.Algo.SAC;
using MbMix.Learning;
using Microsoft.Extensions.Logging;

[assembly: MbMix.MbMixPlugin(typeof(SacPlugin))]

namespace MbMix.Algo.SAC;

/// <summary>Registers the SAC algorithm.</summary>
public sealed class SacPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/sac-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<SacOptions>(
            Id,
            "Soft actor-critic: off-policy, needs no gradients of the environment.",
            _ => new AlgorithmNeeds(Gradients: false, ModelUse.None, PredictiveEnv: false),
            Create);

    /// <summary>Builds the optimizer and its parts.</summary>
    internal static IPolicyOptimizer Create(SacOptions options, OptimizerContext context)
    {
        var (spec, seed) = (context.Env.Spec, context.Seed);
        long capacity = Math.Min(options.ReplayCapacity, Math.Max(context.Budget, 1) + options.Environments);
        RequireMemory(options, spec, capacity);
        Warn(options, context);
        return new Sac(
            options,
            spec,
            new VectorEnv(context.Env, options.Environments, seed),
            new SoftActorCritic(options, spec, seed, "sac", context.Workers),
            new TransitionReplay(spec, (int)capacity),
            seed,
            context.Logger);
    }

    private static void Warn(SacOptions options, OptimizerContext context)
    {
        if (options.ActorLearningRate == 0)
            context.Logger.LogWarning("actorLearningRate is 0: the policy stays as it is.");
        if (options.CriticLearningRate == 0)
            context.Logger.LogWarning("criticLearningRate is 0: no values are learned.");
        if (options.Tau == 0) context.Logger.LogWarning("tau is 0: the targets of the critics stay as they are.");
        if (context.Budget <= options.LearningStarts)
        {
            context.Logger.LogWarning(
                "The budget of {Budget} steps ends before learning starts, after {LearningStarts} transitions.",
                context.Budget,
                options.LearningStarts);
        }
    }

    private static void RequireMemory(SacOptions options, EnvSpec spec, long capacity)
    {
        int observation = spec.Observation.Size, action = spec.Action.Size;
        long row = TransitionReplay.RowBytes(spec);
        new MemoryEstimate()
            .AddNetwork("algo.actorHidden", observation, options.ActorHidden, 2 * action)
            .AddNetwork("algo.criticHidden", observation + action, options.CriticHidden, 1)
            .AddNetwork("algo.criticHidden", observation + action, options.CriticHidden, 1)
            .Add(capacity, row, row)
            .Add(options.BatchSize, (3 * row) + (6 * MemoryEstimate.TapeBytes(options.CriticHidden)))
            .Require(
                ("algo.replayCapacity", options.ReplayCapacity), ("algo.batchSize", options.BatchSize),
                ("algo.environments", options.Environments));
    }
}

using MbMix.Algo.LOOP;
using MbMix.Learning;
using Microsoft.Extensions.Logging;

[assembly: MbMix.MbMixPlugin(typeof(LoopPlugin))]

namespace MbMix.Algo.LOOP;

/// <summary>Registers the LOOP algorithm.</summary>
public sealed class LoopPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/loop-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<LoopOptions>(
            Id,
            "LOOP: soft actor-critic on data that a planner collects, which looks ahead in a model ensemble.",
            _ => new AlgorithmNeeds(Gradients: false, ModelUse.Required, PredictiveEnv: true)
            {
                ProbabilisticModel = true,
            },
            Create);

    /// <summary>Builds the optimizer and its parts.</summary>
    internal static IPolicyOptimizer Create(LoopOptions options, OptimizerContext context)
    {
        if (context.Env is not IPredictiveEnv env)
            throw new MbMixException($"LOOP uses model rollouts, but {context.Env.Spec.Id} cannot evaluate them.");
        if (context.Model is not { } given || (given.Spec.Learned && given is not IProbabilisticModel))
        {
            throw new ConfigurationException(
                "LOOP needs a model that predicts distributions, such as mbmix/ensemble-v1; "
                + $"{context.Model?.Spec.Id ?? "none"} is not one.");
        }
        var model = new PlanningModel(given);
        var (spec, seed) = (env.Spec, context.Seed);
        long capacity = Math.Min(options.ReplayCapacity, Math.Max(context.Budget, 1) + options.Environments);
        RequireMemory(options, spec, model, capacity);
        Warn(options, model, context);
        return new Loop(
            options,
            new VectorEnv(env, options.Environments, seed),
            new SoftActorCritic(options, spec, seed, "loop", context.Workers),
            new ArcPlanner(options, env, model, options.Environments, seed),
            model,
            new TransitionReplay(spec, (int)capacity, states: true),
            seed,
            context.Logger);
    }

    private static void Warn(LoopOptions options, PlanningModel model, OptimizerContext context)
    {
        if (options.ActorLearningRate == 0)
            context.Logger.LogWarning("actorLearningRate is 0: the policy stays as it is.");
        if (options.CriticLearningRate == 0)
            context.Logger.LogWarning("criticLearningRate is 0: no values are learned.");
        if (options.Tau == 0) context.Logger.LogWarning("tau is 0: the targets of the critics stay as they are.");
        long starts = Math.Max(options.LearningStarts, model.MinimumTransitions);
        if (context.Budget <= starts)
        {
            context.Logger.LogWarning(
                "The budget of {Budget} steps ends before planning starts, after {Starts} transitions.",
                context.Budget,
                starts);
        }
    }

    private static void RequireMemory(LoopOptions options, EnvSpec spec, PlanningModel model, long capacity)
    {
        int observation = spec.Observation.Size, action = spec.Action.Size;
        long row = TransitionReplay.RowBytes(spec, states: true);
        double candidates = (double)options.Environments * (options.PlanCandidates + options.ActorCandidates);
        double rollouts = candidates * options.PlanParticles * model.Elites.Count;
        long values = (4L * spec.State.Size) + (3L * observation) + (3L * action) + 4;
        new MemoryEstimate()
            .AddNetwork("algo.actorHidden", observation, options.ActorHidden, 2 * action)
            .AddNetwork("algo.criticHidden", observation + action, options.CriticHidden, 1)
            .AddNetwork("algo.criticHidden", observation + action, options.CriticHidden, 1)
            // the buffer, and all of it again while the model is trained
            .Add(capacity, 2 * row, row)
            .Add(options.BatchSize, (3 * row) + (6 * MemoryEstimate.TapeBytes(options.CriticHidden)))
            .Add(candidates * options.PlanHorizon, sizeof(float) * action, sizeof(float) * action)
            .Add(rollouts, sizeof(float) * values, sizeof(float) * Math.Max(spec.State.Size, observation + action))
            .Require(
                ("algo.replayCapacity", options.ReplayCapacity), ("algo.environments", options.Environments),
                ("algo.planCandidates", options.PlanCandidates), ("algo.planParticles", options.PlanParticles));
    }
}

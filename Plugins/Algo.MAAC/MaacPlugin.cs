using MbMix.Algo.MAAC;
using MbMix.Learning;
using Microsoft.Extensions.Logging;

[assembly: MbMix.MbMixPlugin(typeof(MaacPlugin))]

namespace MbMix.Algo.MAAC;

/// <summary>Registers the MAAC algorithm.</summary>
public sealed class MaacPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/maac-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<MaacOptions>(
            Id,
            "Model-augmented actor-critic: soft actor-critic through a few steps of a learned ensemble (Clavera et al. "
            + "2020).",
            _ => new AlgorithmNeeds(Gradients: false, ModelUse.Required, PredictiveEnv: true)
            {
                ProbabilisticModel = true,
            },
            Create);

    /// <summary>Builds the optimizer and its parts.</summary>
    internal static IPolicyOptimizer Create(MaacOptions options, OptimizerContext context)
    {
        var (env, spec, seed) = ((IPredictiveEnv)context.Env, context.Env.Spec, context.Seed);
        var model = context.Model!;
        // what the budget cannot fill need not be allocated
        long transitions = Math.Max(context.Budget, 1) + ((long)options.Environments * options.Horizon);
        long capacity = Math.Min(options.ReplayCapacity, transitions);
        long iterations = (transitions / ((long)options.Environments * options.Horizon)) + 1;
        long predicted = Math.Min(
            options.ModelReplayCapacity, iterations * options.Blocks * options.ModelTransitions);
        RequireMemory(options, spec, model.Spec, capacity, predicted);
        Warn(options, model.Spec, context);
        var agent = new SoftActorCritic(options, spec, seed, "maac", context.Workers);
        return new Maac(
            options,
            spec,
            new VectorEnv(env, options.Environments, seed),
            agent,
            new PredictedDynamics(model, env, seed) { ToEnvironment = agent.Actor.ToEnvironment },
            new TransitionReplay(spec, (int)capacity, states: true),
            new TransitionReplay(spec, (int)predicted, states: true),
            seed,
            context.Logger);
    }

    private static void Warn(MaacOptions options, ModelSpec model, OptimizerContext context)
    {
        if (options.ActorLearningRate == 0)
            context.Logger.LogWarning("actorLearningRate is 0: the policy stays as it is.");
        if (options.CriticLearningRate == 0)
            context.Logger.LogWarning("criticLearningRate is 0: no values are learned.");
        if (options.Tau == 0) context.Logger.LogWarning("tau is 0: the targets of the critics stay as they are.");
        int starts = Math.Max(options.LearningStarts, model.MinimumTransitions);
        if (options.ReplayCapacity < model.MinimumTransitions)
        {
            throw new ConfigurationException(
                $"algo.replayCapacity={options.ReplayCapacity} is below the {model.MinimumTransitions} transitions "
                + $"that {model.Id} waits for (model.minimumTransitions): learning would never start.");
        }
        if (context.Budget <= starts)
        {
            context.Logger.LogWarning(
                "The budget of {Budget} steps ends before learning starts, after {Starts} transitions.",
                context.Budget,
                starts);
        }
    }

    private static void RequireMemory(
        MaacOptions options, EnvSpec spec, ModelSpec model, long capacity, long predicted)
    {
        int observation = spec.Observation.Size, action = spec.Action.Size;
        long row = TransitionReplay.RowBytes(spec, states: true);
        double tape = MemoryEstimate.TapeBytes(options.CriticHidden);
        double actorTape = MemoryEstimate.TapeBytes(options.ActorHidden);
        new MemoryEstimate()
            .AddNetwork("algo.actorHidden", observation, options.ActorHidden, 2 * action)
            .AddNetwork("algo.criticHidden", observation + action, options.CriticHidden, 1)
            .AddNetwork("algo.criticHidden", observation + action, options.CriticHidden, 1)
            .Add(capacity, row, row)
            .Add(predicted, row, row)
            .Add((double)options.Environments * options.Horizon, row)
            .Add((double)options.BatchSize * options.LastActions, (2 * tape) + actorTape)
            .Add((double)options.BatchSize * (options.ActorHorizon + 1), row + actorTape + model.TapeBytes)
            .Require(
                ("algo.replayCapacity", options.ReplayCapacity),
                ("algo.modelReplayCapacity", options.ModelReplayCapacity), ("algo.batchSize", options.BatchSize),
                ("algo.environments", options.Environments), ("algo.horizon", options.Horizon),
                ("algo.actorHorizon", options.ActorHorizon), ("algo.lastActions", options.LastActions));
    }
}

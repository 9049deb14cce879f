using MbMix.Algo.DreamerV3;
using MbMix.Learning;
using Microsoft.Extensions.Logging;

[assembly: MbMix.MbMixPlugin(typeof(DreamerV3Plugin))]

namespace MbMix.Algo.DreamerV3;

/// <summary>Registers the DreamerV3 algorithm.</summary>
public sealed class DreamerV3Plugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/dreamerv3-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<DreamerV3Options>(
            Id,
            "DreamerV3: actor and critic learn in the imagination of a recurrent world model.",
            _ => new AlgorithmNeeds(Gradients: false, ModelUse.None, PredictiveEnv: false),
            Create);

    /// <summary>Builds the optimizer and its parts.</summary>
    internal static IPolicyOptimizer Create(DreamerV3Options options, OptimizerContext context)
    {
        var (spec, seed) = (context.Env.Spec, context.Seed);
        // an episode of L steps has L + 1 records
        double records = 2.0 * (Math.Max(context.Budget, 1) + options.Environments) + options.Environments;
        long capacity = (long)Math.Min(
            options.ReplayCapacity, Math.Max(records, (double)options.BatchSize * options.BatchLength));
        RequireMemory(options, spec, capacity);
        Warn(options, context);
        return new Dreamer(
            options,
            spec,
            new VectorEnv(context.Env, options.Environments, seed),
            new DreamerV3Parts(options, spec, seed),
            new SequenceReplay((int)capacity, options.Environments, Recorder.Columns(spec)),
            seed,
            context.Logger);
    }

    private static void Warn(DreamerV3Options options, OptimizerContext context)
    {
        if (options.LearningRate == 0) context.Logger.LogWarning("learningRate is 0: nothing is learned.");
        if (options.SlowCriticRate == 0)
            context.Logger.LogWarning("slowCriticRate is 0: the slow critic stays as it is.");
        long needed = Math.Max(
            (long)options.BatchSize * options.BatchLength, (long)options.Environments * options.BatchLength);
        if (context.Budget <= needed)
        {
            context.Logger.LogWarning(
                "The budget of {Budget} steps ends before learning starts, after about {Needed} steps.",
                context.Budget,
                needed);
        }
    }

    private static void RequireMemory(DreamerV3Options o, EnvSpec spec, long capacity)
    {
        int observation = spec.Observation.Size, action = spec.Action.Size, latents = o.Latents * o.Classes;
        int features = o.Deter + latents;
        int[] layers = [.. Enumerable.Repeat(o.Units, o.Layers)];
        double size = (double)o.Deter / o.Blocks;
        // values, gradients and two moments
        double core = (o.Deter * ((4 * size) + (5.0 * o.Hidden))) + ((double)latents * o.Hidden);
        long row = sizeof(float) * (observation + action + 5L);
        double starts = (double)o.BatchSize * o.BatchLength;
        double dreamed = starts * (o.ImaginationHorizon + 1.0);
        double heads = (6.0 * o.Units * o.Layers) + (6 * TwoHot.Count) + (2.0 * features);
        new MemoryEstimate()
            .AddNetwork("algo.units", observation, layers, o.Hidden)
            .AddNetwork("algo.units", features, layers, observation)
            .AddNetwork("algo.units", features, layers, 2 * action)
            .AddNetwork("algo.units", features, layers, TwoHot.Count)
            .AddNetwork("algo.hidden", o.Deter, [o.Hidden, o.Hidden], latents)
            .Add(core, 4 * sizeof(float), sizeof(float))
            .Add(capacity, row, row)
            .Add(starts, sizeof(float) * ((14.0 * o.Deter) + (8.0 * latents) + heads))
            .Add(dreamed, sizeof(float) * heads, sizeof(float) * (double)Math.Max(features, TwoHot.Count))
            .Require(
                ("algo.replayCapacity", o.ReplayCapacity), ("algo.batchSize", o.BatchSize),
                ("algo.batchLength", o.BatchLength), ("algo.deter", o.Deter), ("algo.units", o.Units),
                ("algo.environments", o.Environments));
    }
}

using MbMix.Algo.PPO;
using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;

[assembly: MbMix.MbMixPlugin(typeof(PpoPlugin))]

namespace MbMix.Algo.PPO;

/// <summary>Registers the PPO algorithm.</summary>
public sealed class PpoPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/ppo-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<PpoOptions>(
            Id,
            "Proximal policy optimization: needs no gradients of the environment.",
            _ => new AlgorithmNeeds(Gradients: false, ModelUse.None, PredictiveEnv: false),
            Create);

    /// <summary>Builds the optimizer and its parts.</summary>
    internal static IPolicyOptimizer Create(PpoOptions options, OptimizerContext context)
    {
        var (spec, seed) = (context.Env.Spec, context.Seed);
        RequireMemory(options, spec);
        if (options.LearningRate == 0) context.Logger.LogWarning("learningRate is 0: the policy stays as it is.");
        if (options.ValueCoefficient == 0) context.Logger.LogWarning("valueCoefficient is 0: no values are learned.");
        var normalizer = options.NormalizeObservations ? new ObservationNormalizer(spec.Observation.Size) : null;
        var network = new PpoNetwork(options, spec, normalizer, seed, context.Workers);
        return new Ppo(
            options,
            spec,
            new VectorEnv(context.Env, options.Environments, seed),
            network,
            new Adam(network.Parameters, options.AdamBeta1, options.AdamBeta2),
            normalizer,
            new CounterRandom(seed, "ppo/noise"),
            context.Logger);
    }

    private static void RequireMemory(PpoOptions options, EnvSpec spec)
    {
        int observation = spec.Observation.Size, action = spec.Action.Size;
        double steps = (double)options.Environments * options.Horizon;
        new MemoryEstimate()
            .AddNetwork("algo.hidden", observation, options.Hidden, action + 1)
            // observations, raw and normalized; actions, means and noise; reward, values, advantage, return, flags; and
            // their copies on the way from one to the other: measured
            .Add(
                steps, sizeof(float) * ((4 * observation) + (6 * action) + 24),
                sizeof(float) * Math.Max(observation, action))
            .Add(Math.Min(steps, options.MinibatchSize), MemoryEstimate.TapeBytes(options.Hidden))
            .Require(
                ("algo.environments", options.Environments), ("algo.horizon", options.Horizon),
                ("algo.minibatchSize", options.MinibatchSize));
    }
}

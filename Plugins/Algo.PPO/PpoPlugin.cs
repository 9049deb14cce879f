using MbMix.Algo.PPO;
using MbMix.Learning;
using MbMix.Numerics;

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
}

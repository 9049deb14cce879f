using MbMix.Algo.SHAC;
using MbMix.Learning;
using MbMix.Numerics;

[assembly: MbMix.MbMixPlugin(typeof(ShacPlugin))]

namespace MbMix.Algo.SHAC;

/// <summary>Registers the SHAC algorithm.</summary>
public sealed class ShacPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/shac-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<ShacOptions>(
            Id,
            "Short-horizon actor-critic: policy gradients through the simulator, with a critic at the window's end.",
            _ => new AlgorithmNeeds(Gradients: true, ModelUse.None, PredictiveEnv: false),
            Create);

    /// <summary>Builds the optimizer and its parts.</summary>
    internal static IPolicyOptimizer Create(ShacOptions options, OptimizerContext context)
    {
        var spec = context.Env.Spec;
        if (spec.Gradient.Kind == GradientKind.None)
            throw new MbMixException(
                $"SHAC differentiates the environment, but {spec.Id} has no gradients; choose PPO for it.");
        ActorCritic.EstimateMemory(options, spec).Require(ActorCritic.MemorySettings(options));
        return new Shac(
            options,
            context.Budget,
            new VectorEnv(context.Env, options.Environments, context.Seed),
            ActorCritic.Build(options, spec, context.Seed, context.Workers, context.Logger),
            new CounterRandom(context.Seed, "policy/noise"));
    }
}

using MbMix.Algo.APG;
using MbMix.Learning;
using TorchSharp;

[assembly: MbMix.MbMixPlugin(typeof(ApgPlugin))]

namespace MbMix.Algo.APG;

/// <summary>Registers the APG algorithm.</summary>
public sealed class ApgPlugin : IMbMixPlugin
{
    /// <summary>Id of the algorithm.</summary>
    public const string Id = "mbmix/apg-v1";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.AddAlgorithm<ApgOptions>(
            Id,
            "Analytic policy gradients: backpropagation through the simulator, without a critic.",
            _ => new AlgorithmNeeds(Gradients: true, ModelUse.None, PredictiveEnv: false),
            Create);

    /// <summary>Builds the optimizer and its parts.</summary>
    internal static IPolicyOptimizer Create(ApgOptions options, OptimizerContext context)
    {
        var spec = context.Env.Spec;
        if (spec.Gradient.Kind == GradientKind.None)
            throw new MbMixException(
                $"APG differentiates the environment, but {spec.Id} has no gradients; choose PPO for it.");
        EstimateMemory(options, spec)
            .Require(("algo.environments", options.Environments), ("algo.horizon", options.Horizon));
        return new Apg(options, context);
    }

    /// <summary>
    /// Estimates the memory of network and window. Every step of the window stays until the backward pass has reached
    /// it, so it grows with environments and horizon.
    /// </summary>
    internal static MemoryEstimate EstimateMemory(ApgOptions options, EnvSpec spec)
    {
        int observation = spec.Observation.Size, action = spec.Action.Size;
        double state = spec.State.Size * spec.StateType.ElementSize();
        // state, raw and normalized observation, action with noise and gradients, reward, flags, the network's tape
        double step = state + (sizeof(float) * ((2 * observation) + (4 * action) + 3))
            + MemoryEstimate.TapeBytes(options.ActorHidden) + spec.TapeBytes;
        return new MemoryEstimate()
            .AddNetwork("algo.actorHidden", observation, options.ActorHidden, action)
            .Add((double)options.Environments * options.Horizon, step, sizeof(float) * Math.Max(observation, action))
            .Add(options.Environments, 0, Math.Max(spec.TapeBytes, state));
    }
}

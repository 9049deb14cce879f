using TorchSharp;

namespace MbMix;

/// <summary>The description of an environment: everything a host or an algorithm may rely on before the first step.</summary>
public sealed record EnvSpec
{
    /// <summary>Namespaced and versioned id, <c>namespace/name-vN</c>. The version changes whenever dynamics or reward change.</summary>
    public required string Id { get; init; }

    /// <summary>The state, S dimensions.</summary>
    public required SpaceSpec State { get; init; }

    /// <summary>The observation, O dimensions.</summary>
    public required SpaceSpec Observation { get; init; }

    /// <summary>The action, A dimensions, all bounded.</summary>
    public required SpaceSpec Action { get; init; }

    /// <summary>Seconds between two actions.</summary>
    public required double ControlPeriod { get; init; }

    /// <summary>Steps after which an episode is truncated.</summary>
    public required int EpisodeLength { get; init; }

    /// <summary>What kind of derivatives <see cref="IDifferentiableEnv.Step"/> has.</summary>
    public required GradientCapability Gradient { get; init; }

    /// <summary>Type of state, observation and reward: float32, or float64 where the simulator computes in it.</summary>
    public torch.ScalarType StateType { get; init; } = torch.ScalarType.Float32;

    /// <summary>Devices the environment computes on.</summary>
    public IReadOnlyList<DeviceType> Devices { get; init; } = [DeviceType.CPU];
}

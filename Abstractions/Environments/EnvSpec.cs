using TorchSharp;

namespace MbMix;

/// <summary>
/// The description of an environment: everything that a host or an algorithm may rely on before the first step.
/// </summary>
public sealed record EnvSpec
{
    /// <summary>
    /// Namespaced and versioned id, <c>namespace/name-vN</c>. The version changes whenever the dynamics or the reward
    /// change.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The state, S dimensions.</summary>
    public required SpaceSpec State { get; init; }

    /// <summary>The observation, O dimensions.</summary>
    public required SpaceSpec Observation { get; init; }

    /// <summary>The action, A dimensions, each with finite bounds.</summary>
    public required SpaceSpec Action { get; init; }

    /// <summary>Time between two actions [s].</summary>
    public required double ControlPeriod { get; init; }

    /// <summary>Number of control steps after which an episode is truncated.</summary>
    public required int EpisodeLength { get; init; }

    /// <summary>Which derivatives <see cref="IDifferentiableEnv.Step"/> provides.</summary>
    public required GradientCapability Gradient { get; init; }

    /// <summary>Type of state, observation and reward: float32, or float64 if the simulator computes in it.</summary>
    public torch.ScalarType StateType { get; init; } = torch.ScalarType.Float32;

    /// <summary>
    /// Whether every episode starts in the same state. Without this promise, equal start states are taken for a
    /// mistake.
    /// </summary>
    public bool FixedStart { get; init; }

    /// <summary>
    /// Name and version of the library that simulates, such as <c>MuJoCo 2.2.2</c>, on which results depend; null if
    /// there is none beside the plugin.
    /// </summary>
    public string? Simulator { get; init; }

    /// <summary>
    /// Full paths of the files that the environment was made from, such as a model and its meshes, on whose content
    /// results depend. A run records their hashes.
    /// </summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>
    /// Bytes that one lane keeps from a step for its backward pass, so that a host can estimate memory; 0 if unknown.
    /// </summary>
    public long TapeBytes { get; init; }

    /// <summary>Devices that the environment can compute on.</summary>
    public IReadOnlyList<DeviceType> Devices { get; init; } = [DeviceType.CPU];
}

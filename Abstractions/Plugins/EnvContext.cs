using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix;

/// <summary>What an environment is given when it is made. The host owns it.</summary>
public sealed record EnvContext
{
    /// <summary>The worker pool of the process.</summary>
    public required IWorkers Workers { get; init; }

    /// <summary>Device to compute on.</summary>
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>Where to say what a person should know.</summary>
    public required ILogger Logger { get; init; }
}

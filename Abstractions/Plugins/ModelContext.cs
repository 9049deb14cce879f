using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix;

/// <summary>What a dynamics model is given when it is made. The host owns it.</summary>
public sealed record ModelContext
{
    /// <summary>The environment to model.</summary>
    public required IDifferentiableEnv Env { get; init; }

    /// <summary>Seed of the run; initial weights are a function of it.</summary>
    public required long Seed { get; init; }

    /// <summary>The worker pool of the process; null where the model is to use the calling thread alone.</summary>
    public IWorkers? Workers { get; init; }

    /// <summary>Device of networks and tensors.</summary>
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>Where to say what a person should know.</summary>
    public required ILogger Logger { get; init; }
}

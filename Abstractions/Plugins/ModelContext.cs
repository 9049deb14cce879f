using Microsoft.Extensions.Logging;

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

    /// <summary>Where to say what a person should know.</summary>
    public required ILogger Logger { get; init; }
}

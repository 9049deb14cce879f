using Microsoft.Extensions.Logging;

namespace MbMix;

/// <summary>What the host provides to a dynamics model when it is made. The host keeps ownership.</summary>
public sealed record ModelContext
{
    /// <summary>The environment to model.</summary>
    public required IDifferentiableEnv Env { get; init; }

    /// <summary>Seed of the run; initial weights depend on nothing else.</summary>
    public required long Seed { get; init; }

    /// <summary>The worker pool of the process; null if the model is to use only the calling thread.</summary>
    public IWorkers? Workers { get; init; }

    /// <summary>Log for messages that a user should see.</summary>
    public required ILogger Logger { get; init; }
}

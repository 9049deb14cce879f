using Microsoft.Extensions.Logging;

namespace MbMix;

/// <summary>What the host provides to an environment when it is made. The host keeps ownership.</summary>
public sealed record EnvContext
{
    /// <summary>The worker pool of the process.</summary>
    public required IWorkers Workers { get; init; }

    /// <summary>Log for messages that a user should see.</summary>
    public required ILogger Logger { get; init; }
}

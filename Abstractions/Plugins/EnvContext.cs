using Microsoft.Extensions.Logging;

namespace MbMix;

/// <summary>What an environment is given when it is made. The host owns it.</summary>
public sealed record EnvContext
{
    /// <summary>The worker pool of the process.</summary>
    public required IWorkers Workers { get; init; }

    /// <summary>Where to say what a person should know.</summary>
    public required ILogger Logger { get; init; }
}

using Microsoft.Extensions.Logging;

namespace MbMix;

/// <summary>What an algorithm is given to work with. The host owns everything in it.</summary>
public sealed record OptimizerContext
{
    /// <summary>The environment to train on.</summary>
    public required IDifferentiableEnv Env { get; init; }

    /// <summary>The dynamics model, where one was chosen.</summary>
    public IDynamicsModel? Model { get; init; }

    /// <summary>Environment steps the run will take; learning-rate schedules end there.</summary>
    public required long Budget { get; init; }

    /// <summary>Seed of the run. Everything random is a function of it.</summary>
    public required long Seed { get; init; }

    /// <summary>The worker pool of the process.</summary>
    public required IWorkers Workers { get; init; }

    /// <summary>Where to say what a person should know.</summary>
    public required ILogger Logger { get; init; }
}

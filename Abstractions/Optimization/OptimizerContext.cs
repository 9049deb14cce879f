using Microsoft.Extensions.Logging;

namespace MbMix;

/// <summary>What the host gives an algorithm to work with. The host keeps ownership of everything in it.</summary>
public sealed record OptimizerContext
{
    /// <summary>The environment to train on.</summary>
    public required IDifferentiableEnv Env { get; init; }

    /// <summary>The dynamics model; null if the run uses none.</summary>
    public IDynamicsModel? Model { get; init; }

    /// <summary>Number of environment steps that the run will take; schedules end there.</summary>
    public required long Budget { get; init; }

    /// <summary>Seed of the run. Everything random is a function of it.</summary>
    public required long Seed { get; init; }

    /// <summary>The worker pool of the process.</summary>
    public required IWorkers Workers { get; init; }

    /// <summary>Receives messages for the user, such as warnings that training is going wrong.</summary>
    public required ILogger Logger { get; init; }
}

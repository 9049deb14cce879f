namespace MbMix.Sim.MuJoCoFD;

/// <summary>What tells tasks apart beside their formulas.</summary>
internal sealed record TaskTraits
{
    public required string Id { get; init; }

    /// <summary>Name of the MJCF file.</summary>
    public required string Model { get; init; }

    /// <summary>Simulation steps per control step.</summary>
    public required int FrameSkip { get; init; }

    public int EpisodeLength { get; init; } = 1000;

    /// <summary>The observation, in order.</summary>
    public required IReadOnlyList<Dimension> Observation { get; init; }

    /// <summary>
    /// Observation, reward and termination are functions of states and action: the task reads no derived quantity of the simulation.
    /// </summary>
    public required bool Predictive { get; init; }

    /// <summary>The task reads contact forces or body accelerations, which MuJoCo computes on demand.</summary>
    public bool ContactForces { get; init; }

    /// <summary>Indices of position coordinates that the dynamics do not depend on; a learned model does not see them.</summary>
    public int[] Invariant { get; init; } = [];

    /// <summary>
    /// Quantities of the last substep that the next reward needs and positions and velocities do not tell. They stand at the end of the
    /// state. Each is a point along an invariant coordinate, whose index stands with it.
    /// </summary>
    public IReadOnlyList<(Dimension Dimension, int Along)> Carried { get; init; } = [];
}

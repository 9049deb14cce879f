namespace MbMix.Sim.MuJoCoFD;

/// <summary>The data of a task: everything about it that is not a formula.</summary>
internal sealed record TaskTraits
{
    /// <summary>Id of the environment, <c>mujoco/name-vN</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the MJCF file in <c>Models/</c>, without extension.</summary>
    public required string Model { get; init; }

    /// <summary>Simulation steps per control step.</summary>
    public required int FrameSkip { get; init; }

    /// <summary>Control steps after which an episode is truncated.</summary>
    public int EpisodeLength { get; init; } = 1000;

    /// <summary>The components of the observation, in order.</summary>
    public required IReadOnlyList<Dimension> Observation { get; init; }

    /// <summary>
    /// Whether observation, reward and termination are functions of state, action and next state alone, so that they
    /// can be evaluated on predicted states. False for a task that reads derived quantities from the simulation.
    /// </summary>
    public required bool Predictive { get; init; }

    /// <summary>
    /// Whether the task reads contact forces or body accelerations, which MuJoCo computes only on request
    /// (<c>mj_rnePostConstraint</c>).
    /// </summary>
    public bool ContactForces { get; init; }

    /// <summary>
    /// Indices into qpos of the coordinates that the dynamics do not depend on, such as the horizontal position, in
    /// ascending order. Learned models do not see them.
    /// </summary>
    public int[] Invariant { get; init; } = [];

    /// <summary>
    /// Quantities left over from the last substep that the next reward needs and that qpos and qvel do not determine.
    /// They are the last components of the state. Each is a position along an invariant coordinate; <c>Along</c> is
    /// that coordinate's index.
    /// </summary>
    public IReadOnlyList<(Dimension Dimension, int Along)> Carried { get; init; } = [];
}

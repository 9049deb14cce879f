namespace MbMix.Simulation.MuJoCo;

/// <summary>The data of a task: everything about it that is not a formula.</summary>
public sealed record TaskTraits
{
    /// <summary>Id of the environment, <c>mujoco/name-vN</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Simulation steps per control step, unless the options say otherwise.</summary>
    public required int FrameSkip { get; init; }

    /// <summary>Control steps after which an episode is truncated.</summary>
    public int EpisodeLength { get; init; } = 1000;

    /// <summary>The components of the observation, in order.</summary>
    public required IReadOnlyList<Dimension> Observation { get; init; }

    /// <summary>
    /// The components of the action, with bounds. Default null: one per actuator, bounded by its ctrlrange.
    /// </summary>
    public IReadOnlyList<Dimension>? Action { get; init; }

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
    /// Whether derived quantities that the task reads (body frames, sensors, contact forces) are those of the state
    /// after the step, so that the observation is a function of state and last action alone. That takes one more
    /// forward computation per control step. Default false: they lag behind by one simulation step, as in Gymnasium.
    /// </summary>
    public bool DerivedAfterStep { get; init; }

    /// <summary>
    /// Full paths of the files, beside those of the model, on whose content the task depends, such as a task file.
    /// </summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Perturbation for finite differences, unless the options say otherwise. Default 1e-6.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Whether to perturb in both directions, unless the options say otherwise. Default true.</summary>
    public bool Centered { get; init; } = true;

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

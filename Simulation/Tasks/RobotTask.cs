namespace MbMix.Simulation;

/// <summary>
/// A task on somebody's robot: what is observed, what is rewarded, when it ends and how it starts, as read from a task
/// file (docs/task-files.md) or, without one, by default. The simulator computes <see cref="Quantities"/>; everything
/// else follows from them by arithmetic over any scalar type.
/// </summary>
public sealed class RobotTask
{
    private readonly Formulas observing, judging;
    private readonly int[] observed;
    private readonly int reward;
    private readonly (int Register, double Bound, bool Below)[] ends;
    private readonly (double Center, double Scale)[] controls;

    internal RobotTask(TaskParts parts)
    {
        (observing, judging) = (parts.Observing, parts.Judging);
        observed = [.. parts.Observed];
        reward = parts.Reward;
        ends = [.. parts.Ends];
        controls = parts.Controls;
        Observation = parts.Observation;
        Action = parts.Action;
        Quantities = parts.Quantities;
        Start = parts.Start;
        (PositionNoise, VelocityNoise) = (parts.PositionNoise, parts.VelocityNoise);
        (FrameSkip, EpisodeLength) = (parts.FrameSkip, parts.EpisodeLength);
        (Epsilon, Centered) = (parts.Epsilon, parts.Centered);
    }

    /// <summary>The components of the observation [O].</summary>
    public IReadOnlyList<Dimension> Observation { get; }

    /// <summary>The components of the action, one per actuator, with bounds [A].</summary>
    public IReadOnlyList<Dimension> Action { get; }

    /// <summary>Everything that the formulas read [Q], in the order in which it is passed to them.</summary>
    public IReadOnlyList<Quantity> Quantities { get; }

    /// <summary>The state in which episodes start, before noise.</summary>
    public RobotKeyframe Start { get; }

    /// <summary>
    /// Largest random displacement of the start position, per velocity component (as <see cref="RobotModel"/> orders
    /// them) [nv]. Noise is uniform.
    /// </summary>
    public double[] PositionNoise { get; }

    /// <summary>Largest random change of each velocity component at the start [nv]. Noise is uniform.</summary>
    public double[] VelocityNoise { get; }

    /// <summary>Simulation steps per control step.</summary>
    public int FrameSkip { get; }

    /// <summary>Control steps after which an episode is cut off.</summary>
    public int EpisodeLength { get; }

    /// <summary>Perturbation for finite differences; null for the simulator's own.</summary>
    public double? Epsilon { get; }

    /// <summary>Whether finite differences perturb in both directions; null for the simulator's own choice.</summary>
    public bool? Centered { get; }

    /// <summary>
    /// Whether observation, reward and termination depend on positions, velocities, activations and actions alone.
    /// </summary>
    public bool DependsOnStateAlone => Quantities.All(
        q => q.Kind is QuantityKind.Position or QuantityKind.Velocity or QuantityKind.Activation);

    /// <summary>Reads a task.</summary>
    /// <param name="file">The task file; null for the default task.</param>
    /// <param name="robot">The robot.</param>
    /// <param name="simulator">Name of the simulator, for messages.</param>
    /// <param name="supported">What the simulator can compute.</param>
    /// <exception cref="MbMixException">
    /// The file is missing or malformed, or names something that the robot or the simulator does not have.
    /// </exception>
    public static RobotTask Create(
        string? file, RobotModel robot, string simulator, IReadOnlySet<QuantityKind> supported) =>
        new(new TaskReader(robot, simulator, supported).Read(file));

    /// <summary>Computes what the actuators receive.</summary>
    /// <param name="action">The action, within its bounds [A].</param>
    /// <param name="result">Receives the controls [A].</param>
    public void Controls<T>(ReadOnlySpan<T> action, Span<T> result)
        where T : struct, IScalar<T>
    {
        for (int i = 0; i < controls.Length; i++)
        {
            var (center, scale) = controls[i];
            result[i] = center == 0 && scale == 1 ? action[i] : (T)center + ((T)scale * action[i]);
        }
    }

    /// <summary>Computes the observation.</summary>
    /// <param name="quantities">The quantities after the step [Q].</param>
    /// <param name="lastAction">The action of the step, within its bounds; 0 after a reset [A].</param>
    /// <param name="observation">Receives the observation [O].</param>
    public void Observe<T>(ReadOnlySpan<T> quantities, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>
    {
        var registers = observing.Compute(quantities, ControlsOf(lastAction), lastAction);
        for (int i = 0; i < observed.Length; i++) observation[i] = registers[observed[i]];
    }

    /// <summary>Computes reward and termination of a step.</summary>
    /// <param name="quantities">The quantities after the step [Q].</param>
    /// <param name="action">The action of the step, within its bounds [A].</param>
    public (T Reward, Mask<T> Terminated) Evaluate<T>(ReadOnlySpan<T> quantities, ReadOnlySpan<T> action)
        where T : struct, IScalar<T>
    {
        var registers = judging.Compute(quantities, ControlsOf(action), action);
        var terminated = (T)0 > (T)0;
        foreach (var (register, bound, below) in ends)
            terminated |= below ? registers[register] < (T)bound : registers[register] > (T)bound;
        return (registers[reward], terminated);
    }

    private T[] ControlsOf<T>(ReadOnlySpan<T> action)
        where T : struct, IScalar<T>
    {
        var result = new T[controls.Length];
        Controls(action, result);
        return result;
    }
}

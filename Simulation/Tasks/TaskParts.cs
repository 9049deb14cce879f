namespace MbMix.Simulation;

/// <summary>What a <see cref="RobotTask"/> is made of, while it is read.</summary>
internal sealed class TaskParts
{
    public TaskParts() => (Observing, Judging) = (new Formulas(Quantities), new Formulas(Quantities));

    public List<Quantity> Quantities { get; } = [];

    /// <summary>Formulas of the observation.</summary>
    public Formulas Observing { get; }

    /// <summary>Formulas of reward and termination.</summary>
    public Formulas Judging { get; }

    public List<Dimension> Observation { get; } = [];

    /// <summary>The register of each component of the observation.</summary>
    public List<int> Observed { get; } = [];

    /// <summary>The register of the reward.</summary>
    public int Reward { get; set; }

    /// <summary>The task ends where a register is below or above a bound.</summary>
    public List<(int Register, double Bound, bool Below)> Ends { get; } = [];

    public Dimension[] Action { get; set; } = [];

    /// <summary>Control of each actuator = center + scale x action.</summary>
    public (double Center, double Scale)[] Controls { get; set; } = [];

    public required RobotKeyframe Start { get; set; }

    public required double[] PositionNoise { get; set; }

    public required double[] VelocityNoise { get; set; }

    public int FrameSkip { get; set; }

    public int EpisodeLength { get; set; } = 1000;

    public double? Epsilon { get; set; }

    public bool? Centered { get; set; }
}

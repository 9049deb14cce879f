namespace MbMix.Pages;

/// <summary>
/// One episode of an environment as it looks: the scene, a frame per state, and what was done and earned. It is made by
/// <see cref="ReplayRecorder"/> and shown by <see cref="ReplayPage"/>.
/// </summary>
/// <remarks>
/// There is a frame for the start state, one after each step, and those that the view has within a step; arrays have
/// one row per frame.
/// </remarks>
public sealed record Replay
{
    /// <summary>What the reader calls it, such as the name of a run.</summary>
    public required string Label { get; init; }

    /// <summary>Id of the environment.</summary>
    public required string Environment { get; init; }

    /// <summary>Who acts, in a few words.</summary>
    public required string Actor { get; init; }

    /// <summary>Why the episode ended, in a few words.</summary>
    public required string End { get; init; }

    /// <summary>What there is to see.</summary>
    public required Scene Scene { get; init; }

    /// <summary>Time between two frames [s].</summary>
    public required double Period { get; init; }

    /// <summary>Names of the components of an action; empty if the actions are not known.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Number of frames.</summary>
    public required int Frames { get; init; }

    /// <summary>Frames per step of the environment; more than 1 where steps take seconds.</summary>
    public int FramesPerStep { get; init; } = 1;

    /// <summary>Number of steps taken before the first frame: 1 for files that begin after the first step.</summary>
    public int FirstStep { get; init; }

    /// <summary>Reward of the step that led to each frame; 0 for the first one and within a step.</summary>
    public required IReadOnlyList<double> Rewards { get; init; }

    /// <summary>Undiscounted sum of the rewards.</summary>
    public double Return => Rewards.Sum();

    /// <summary>Poses of the bodies, seven numbers each, as in <see cref="SceneFrame.Bodies"/>.</summary>
    internal double[] Bodies { get; init; } = [];

    /// <summary>Positions of the free points, three numbers each.</summary>
    internal double[] Points { get; init; } = [];

    /// <summary>Whether each point touches something; null if it is not known.</summary>
    internal bool[]? Touching { get; init; }

    /// <summary>How active each line is; null if it is not known.</summary>
    internal double[]? Activity { get; init; }

    /// <summary>The action that led to each frame; zero for the first one.</summary>
    internal double[] ActionValues { get; init; } = [];
}

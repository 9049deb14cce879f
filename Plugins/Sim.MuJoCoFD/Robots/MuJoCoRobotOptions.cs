namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of a robot from a model file.</summary>
public sealed class MuJoCoRobotOptions : MuJoCoOptions
{
    /// <summary>
    /// The model file (MJCF or URDF). Files that it names, such as meshes, are looked for beside it. Default null: none;
    /// one must be given.
    /// </summary>
    public string? File { get; set => field = Full(value); }

    /// <summary>
    /// The task file: what is observed, rewarded and so on. Default null: stand if the robot has a free joint, else
    /// hold the start position.
    /// </summary>
    public string? Task { get; set => field = Full(value); }

    // what a run records must not depend on the folder in which it was started
    private static string? Full(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path);
}

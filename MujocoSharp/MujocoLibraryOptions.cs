namespace MujocoSharp;

/// <summary>How the native library is found and guarded.</summary>
public sealed class MujocoLibraryOptions
{
    /// <summary>
    /// File of the library, or the folder of a release or of a Python package that holds it. Default null: the one
    /// named by the environment variable <c>MBMIX_MUJOCO</c> or <c>MUJOCO_LIBRARY</c>, else the usual names.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>
    /// How errors inside MuJoCo are turned into exceptions. Default <see cref="MujocoGuard.Automatic"/>.
    /// </summary>
    public MujocoGuard Guard { get; init; }
}

namespace MujocoSharp;

/// <summary>How the native library is found.</summary>
public sealed class MujocoLibraryOptions
{
    /// <summary>File name of the library; null looks at <c>MUJOCO_LIBRARY</c>, then at the usual names.</summary>
    public string? Path { get; init; }

    /// <summary>How errors inside MuJoCo are turned into exceptions.</summary>
    public MujocoGuard Guard { get; init; }
}

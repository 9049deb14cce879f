namespace MujocoSharp;

/// <summary>What kind of thing went wrong.</summary>
public enum MujocoError
{
    /// <summary>The native library is missing, or cannot be used as it is.</summary>
    Library,

    /// <summary>The native library's version has no known layout.</summary>
    Version,

    /// <summary>A model was refused: unreadable, malformed, too large or with values that cannot be simulated.</summary>
    Model,

    /// <summary>MuJoCo reported an error during a call; the data it worked on must be reset before it is used again.</summary>
    Engine,

    /// <summary>The data is left over from an earlier error and has not been reset.</summary>
    Suspect,

    /// <summary>Not enough memory, or more than the limit allows.</summary>
    Memory,
}

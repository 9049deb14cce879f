namespace MujocoSharp;

/// <summary>The kinds of errors.</summary>
public enum MujocoError
{
    /// <summary>The native library is missing or unusable.</summary>
    Library,

    /// <summary>The memory layout of this version of the native library is not known.</summary>
    Version,

    /// <summary>
    /// A model was refused: unreadable, malformed, too large or with values that cannot be simulated.
    /// </summary>
    Model,

    /// <summary>
    /// MuJoCo reported an error during a call; the data it worked on must be reset before it is used again.
    /// </summary>
    Engine,

    /// <summary>The data has not been reset since an error.</summary>
    Suspect,

    /// <summary>Not enough memory, or more than the limit allows.</summary>
    Memory,
}

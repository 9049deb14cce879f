namespace MujocoSharp;

/// <summary>An error whose message is one clear line: what went wrong, what was expected, what to do.</summary>
/// <param name="kind">What kind of thing went wrong.</param>
/// <param name="message">One line for a person.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class MujocoException(MujocoError kind, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What kind of thing went wrong.</summary>
    public MujocoError Kind { get; } = kind;
}

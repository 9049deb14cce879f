namespace MujocoSharp;

/// <summary>An error. Its message is one line that says what went wrong, what was expected and what to do.</summary>
/// <param name="kind">The kind of error.</param>
/// <param name="message">One line for the user.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class MujocoException(MujocoError kind, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The kind of error.</summary>
    public MujocoError Kind { get; } = kind;
}

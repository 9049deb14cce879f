namespace MbMix;

/// <summary>
/// An error whose message is one clear line for a human reader: what went wrong, what was expected, what to do. Hosts
/// print the message without a stack trace.
/// </summary>
public class MbMixException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">One line: what went wrong, what was expected, what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public MbMixException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

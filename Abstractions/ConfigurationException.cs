namespace MbMix;

/// <summary>What was asked for cannot be: an unknown name, a bad value, a combination that does not fit. The command line's exit code 2.</summary>
/// <param name="message">One line: what, expected, what to do.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class ConfigurationException(string message, Exception? innerException = null) : MbMixException(message, innerException);

namespace MbMix;

/// <summary>
/// The request itself is wrong: an unknown name, an invalid value, or parts that do not work together. The command line
/// ends with exit code 2.
/// </summary>
/// <param name="message">One line: what is wrong, what was expected and what to do.</param>
/// <param name="innerException">The cause; null if there is none.</param>
public sealed class ConfigurationException(string message, Exception? innerException = null)
    : MbMixException(message, innerException);

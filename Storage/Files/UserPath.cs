namespace MbMix.Storage;

/// <summary>Checks paths that come from a person or a configuration.</summary>
internal static class UserPath
{
    /// <summary>Returns the full path.</summary>
    /// <param name="path">The path as given.</param>
    /// <param name="what">What the path refers to, for the message.</param>
    /// <exception cref="ConfigurationException">The path is empty or contains a NUL character.</exception>
    public static string Full(string path, string what)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (string.IsNullOrWhiteSpace(path)) throw new ConfigurationException($"The path of {what} is empty.");
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ConfigurationException($"The path of {what}, '{OneLine.Value(path)}', contains a NUL character.");
        return Path.GetFullPath(path);
    }
}

namespace MbMix.Hosting;

/// <summary>Paths that a person or a configuration names.</summary>
internal static class UserPath
{
    /// <summary>The full path.</summary>
    /// <param name="path">Path.</param>
    /// <param name="what">What it is the path of, for the message.</param>
    /// <exception cref="ConfigurationException">It is empty or holds a character that no path can hold.</exception>
    public static string Full(string path, string what)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (string.IsNullOrWhiteSpace(path)) throw new ConfigurationException($"The path of {what} is empty.");
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ConfigurationException($"The path of {what}, '{OneLine.Value(path)}', holds a NUL character.");
        return Path.GetFullPath(path);
    }
}

namespace MbMix.Storage;

/// <summary>Checks paths that come from a person or a configuration.</summary>
internal static class UserPath
{
    private const int MostLinks = 40;

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

    /// <summary>Returns the full path of a folder to write, which need not exist.</summary>
    /// <exception cref="ConfigurationException">The path is that of a file, or lies below one.</exception>
    public static string Folder(string path, string what)
    {
        string full = Full(path, what);
        for (string? at = full; at is not null; at = Path.GetDirectoryName(at))
        {
            var kind = FileProbe.KindOf(at, follow: true);
            if (kind is FileKind.Folder) break;
            if (kind is FileKind.Absent) continue;
            throw new ConfigurationException(
                $"{OneLine.Path(at)} is {RegularFile.Describe(kind)}: choose another folder for {what}.");
        }
        return full;
    }

    /// <summary>Returns the full path of a file to write, in a folder that exists.</summary>
    /// <param name="path">The path as given.</param>
    /// <param name="what">What the path refers to, for the message.</param>
    /// <param name="inPlace">
    /// Whether the file is written in place, so that it may be a device or behind a link; otherwise whatever is at the
    /// path is replaced.
    /// </param>
    /// <exception cref="ConfigurationException">
    /// There is something other than a file at the path, or no folder above it.
    /// </exception>
    public static string NewFile(string path, string what, bool inPlace = false)
    {
        string full = Full(path, what);
        if (Path.EndsInDirectorySeparator(full) || FileProbe.KindOf(full, follow: true) == FileKind.Folder)
            throw new ConfigurationException($"{OneLine.Path(full)} is a folder: name a file for {what}.");
        string above = Path.GetDirectoryName(full)!;
        if (FileProbe.KindOf(above, follow: true) != FileKind.Folder)
        {
            throw new ConfigurationException(
                $"There is no folder {OneLine.Path(above)} for {what}: create it, or choose another path.");
        }
        var kind = FileProbe.KindOf(full);
        if (!inPlace && kind is not (FileKind.Absent or FileKind.Regular))
        {
            throw new ConfigurationException(
                $"{OneLine.Path(full)} is {RegularFile.Describe(kind)}: choose another path for {what}.");
        }
        return full;
    }

    /// <summary>Returns the full path of a file to read.</summary>
    /// <exception cref="ConfigurationException">There is no file at the path.</exception>
    public static string ExistingFile(string path, string what)
    {
        string full = Full(path, what);
        return FileProbe.KindOf(full, follow: true) switch
        {
            FileKind.Absent => throw new ConfigurationException($"There is no file {OneLine.Path(full)} for {what}."),
            FileKind.Folder => throw new ConfigurationException(
                $"{OneLine.Path(full)} is a folder: name a file for {what}."),
            _ => full,
        };
    }

    /// <summary>
    /// Returns the path with all links in it replaced by their targets, so that equal folders have equal paths.
    /// </summary>
    public static string Real(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (int links = 0; links < MostLinks; links++)
        {
            if (FirstLink(full) is not var (link, target)) return full;
            string rest = Path.GetRelativePath(link, full);
            full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(link)!, target, rest));
            full = Path.TrimEndingDirectorySeparator(full);
        }
        return full;
    }

    private static (string Link, string Target)? FirstLink(string path)
    {
        string root = Path.GetPathRoot(path)!, at = root;
        foreach (string name in path[root.Length..].Split(Path.DirectorySeparatorChar))
        {
            at = Path.Combine(at, name);
            if (FileProbe.KindOf(at) == FileKind.Link && new FileInfo(at).LinkTarget is { } target) return (at, target);
        }
        return null;
    }
}

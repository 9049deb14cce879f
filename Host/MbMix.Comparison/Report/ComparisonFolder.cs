namespace MbMix.Comparison;

/// <summary>The folder of a comparison, held by the one command that works in it.</summary>
public static class ComparisonFolder
{
    internal const string LockName = "compare.lock";

    /// <summary>
    /// Holds the folder, which is created if there is none, until the result is disposed of or the process ends in
    /// whatever way.
    /// </summary>
    /// <exception cref="ConfigurationException">The folder holds something else.</exception>
    /// <exception cref="MbMixException">Another command holds it, or it cannot be written.</exception>
    public static IDisposable Hold(string folder)
    {
        Create(folder);
        string path = Path.Combine(folder, LockName);
        RegularFile.RequireWritable(path);
        FileStream? held = null;
        ReportFile.Try(path, "opened", () =>
        {
            try
            {
                held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                // told below
            }
        });
        return held ?? throw new MbMixException(
            $"{OneLine.Path(folder)} is in use by another comparison: wait for it, end it, or choose another folder "
            + "with --out.");
    }

    /// <summary>Creates the folder if there is none.</summary>
    /// <exception cref="ConfigurationException">It holds something else.</exception>
    /// <exception cref="MbMixException">It cannot be created.</exception>
    internal static ClosedFolder Create(string path)
    {
        var folder = new ClosedFolder(UserPath.Full(path, "the comparison"));
        ReportFile.Try(path, "created", () => Directory.CreateDirectory(folder.FullPath));
        if (FileProbe.KindOf(Path.Combine(path, "comparison.json")) == FileKind.Absent
            && Directory.EnumerateFileSystemEntries(folder.FullPath).Any(f => !ComparisonReport.Writes(f)))
            throw new ConfigurationException(
                $"{OneLine.Path(path)} is not empty and holds no comparison: choose another folder with --out.");
        return folder;
    }
}

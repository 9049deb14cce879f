namespace MbMix.Comparison;

/// <summary>The folder of a comparison, held by the one command that works in it.</summary>
public static class ComparisonFolder
{
    internal const string LockName = "compare.lock";

    /// <summary>Holds the folder until the result is disposed of, or the process ends in whatever way.</summary>
    /// <exception cref="MbMixException">Another command holds it.</exception>
    public static IDisposable Hold(string folder)
    {
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
}

using System.Text;

namespace MbMix.Comparison;

/// <summary>Writes the files of a comparison; an error names the file and the reason.</summary>
internal static class ReportFile
{
    private const int LongestReason = 140;

    /// <exception cref="MbMixException">The file could not be written.</exception>
    public static void WriteText(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <exception cref="MbMixException">The file could not be written.</exception>
    public static void Write(string path, byte[] content) =>
        Try(path, "written", () => AtomicFile.Write(path, stream => stream.Write(content)));

    /// <summary>Does something with a file or folder, and names it if that fails.</summary>
    /// <param name="path">Path of the file or folder.</param>
    /// <param name="done">What is done with it, for the message, such as <c>written</c>.</param>
    /// <param name="action">The action.</param>
    /// <exception cref="MbMixException">The action failed.</exception>
    public static void Try(string path, string done, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(path, done, e);
        }
    }

    /// <summary>Creates the exception for a file with which something could not be done.</summary>
    public static MbMixException Error(string path, string done, Exception cause)
    {
        string reason = OneLine.Limit(FileTrouble.ReasonOf(cause), OneLine.Longest - LongestReason);
        return new MbMixException($"{OneLine.Path(path)} could not be {done}: {reason}", cause);
    }
}

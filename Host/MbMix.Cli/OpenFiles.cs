using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MbMix.Cli;

/// <summary>The number of files that the process may have open at once.</summary>
internal static class OpenFiles
{
    // with fewer, loading libraries and plugins fails in ways that do not show the reason
    private const int Fewest = 256;

    /// <summary>Writes a line to standard error without the console, whose setup opens files.</summary>
    public static void Report(string line)
    {
        using var error = new FileStream(new SafeFileHandle(2, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        error.Write(Encoding.UTF8.GetBytes($"error: {line}\n"));
    }

    /// <summary>Says in one line that the limit is too low; null if it is not, or if the system does not say.</summary>
    public static string? FindShortage()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            // read in one call and with no more parts of the framework than this, as few files are left
            string limits = File.ReadAllText("/proc/self/limits");
            int at = limits.IndexOf("Max open files", StringComparison.Ordinal);
            if (at < 0) return null;
            string[] words = limits[at..].Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            return int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out int most)
                && most < Fewest
                ? $"too many open files: {most} are allowed, and {Fewest} are needed; raise the limit with `ulimit -n`"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a root without /proc
            return null;
        }
    }
}

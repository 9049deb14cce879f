using System.Runtime.InteropServices;

namespace MbMix.Cli;

/// <summary>The limit on the size of files that a process may have (<c>ulimit -f</c>).</summary>
internal static class FileSizes
{
    // SIGXFSZ, which .NET has no name for; by default it ends the process without a word
    private const int LimitReached = 25;

    /// <summary>Makes writes beyond the limit fail with an error, as those to a full disk do.</summary>
    /// <returns>Ends this when it is disposed; null where there is no such signal.</returns>
    public static IDisposable? ReportLimits() => OperatingSystem.IsLinux()
        ? PosixSignalRegistration.Create((PosixSignal)LimitReached, context => context.Cancel = true)
        : null;
}

using System.Runtime.InteropServices;

namespace MbMix.Cli;

/// <summary>
/// Handles Ctrl-C, SIGTERM and SIGHUP (a terminal that was closed): the first signal asks for a stop after the current
/// iteration, the second one ends the process at once.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations;

    public StopSignal() => registrations = Register(Handle);

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>
    /// Registers a handler for all signals that ask for a stop. A process that <c>nohup</c> has started keeps ignoring
    /// SIGHUP.
    /// </summary>
    public static List<PosixSignalRegistration> Register(Action<PosixSignalContext> handler)
    {
        List<PosixSignalRegistration> all =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, handler),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, handler),
        ];
        if (!IgnoresHangUp()) all.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, handler));
        return all;
    }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    // registering a handler would end the inherited setting, so it is read beforehand
    private static bool IgnoresHangUp()
    {
        const string status = "/proc/self/status", field = "SigIgn:";
        if (!OperatingSystem.IsLinux() || !File.Exists(status)) return false;
        string? line = File.ReadLines(status).FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line[field.Length..].Trim(), System.Globalization.NumberStyles.HexNumber, null, out ulong mask)
            && (mask & 1) != 0;
    }

    private void Handle(PosixSignalContext context)
    {
        // leave the second signal to its default, which ends the process
        if (source.IsCancellationRequested) return;
        context.Cancel = true;
        // cancel before printing, because whoever reads the line may interrupt again
        source.Cancel();
        Console.Error.WriteLine("finishing the iteration, then saving; interrupt again to stop at once");
    }
}

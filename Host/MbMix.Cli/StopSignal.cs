using System.Globalization;
using System.Runtime.InteropServices;
using MbMix.Comparison;

namespace MbMix.Cli;

/// <summary>
/// Handles Ctrl-C, Ctrl-Break on Windows, SIGTERM and SIGHUP (a terminal that was closed): the first signal asks for a
/// stop after the current iteration, the second one ends the process at once.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly IDisposable registrations;

    public StopSignal() => registrations = Register(Handle);

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>
    /// Registers a handler for all signals that ask for a stop. A process that <c>nohup</c> has started keeps ignoring
    /// SIGHUP.
    /// </summary>
    /// <returns>Ends the registration when it is disposed.</returns>
    public static IDisposable Register(Action<PosixSignalContext> handler)
    {
        bool hangUp = !IgnoresHangUp();
        var all = new Registrations();
        all.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, handler));
        all.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, handler));
        if (OperatingSystem.IsWindows())
        {
            // Ctrl-Break, the only signal that reaches one process group; elsewhere SIGQUIT asks for a core dump
            all.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, handler));
            all.Add(new StopEvent(() => handler(new PosixSignalContext(PosixSignal.SIGTERM))));
        }
        if (hangUp) all.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, handler));
        return all;
    }

    public void Dispose()
    {
        registrations.Dispose();
        source.Dispose();
    }

    // registering a handler would end the inherited setting, so it is read beforehand
    private static bool IgnoresHangUp()
    {
        const string status = "/proc/self/status", field = "SigIgn:";
        if (!OperatingSystem.IsLinux() || !File.Exists(status)) return false;
        string? line = File.ReadLines(status).FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        string digits = line?[field.Length..].Trim() ?? "";
        return ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask)
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

    private sealed class Registrations : List<IDisposable>, IDisposable
    {
        public void Dispose()
        {
            foreach (var registration in this) registration.Dispose();
        }
    }
}

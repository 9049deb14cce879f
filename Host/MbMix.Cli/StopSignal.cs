using System.Runtime.InteropServices;

namespace MbMix.Cli;

/// <summary>Ctrl-C (or a polite request to end) asks for a stop after the present iteration; the second one ends the process at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignal() => registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        // not cancelled, the signal does what it does by default and the process ends
        if (source.IsCancellationRequested) return;
        context.Cancel = true;
        // before the line: who has read it may interrupt once more
        source.Cancel();
        Console.Error.WriteLine("finishing the iteration, then saving; once more stops at once");
    }
}

using System.Runtime.InteropServices;

namespace MbMix.Cli;

/// <summary>
/// Handles Ctrl-C and SIGTERM: the first signal asks for a stop after the current iteration, the second one ends the
/// process at once.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignal() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
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

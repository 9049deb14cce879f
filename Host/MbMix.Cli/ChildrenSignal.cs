using System.Runtime.InteropServices;

namespace MbMix.Cli;

/// <summary>
/// Handles the signals of <see cref="StopSignal"/> for trainings in processes of their own: the first one asks them for
/// a stop, the second one ends them.
/// </summary>
internal sealed class ChildrenSignal : IDisposable
{
    private readonly CancellationTokenSource stop = new(), abort = new();
    private readonly IDisposable registrations;

    public ChildrenSignal() => registrations = StopSignal.Register(Handle);

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Abort => abort.Token;

    public void Dispose()
    {
        registrations.Dispose();
        stop.Dispose();
        abort.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!stop.IsCancellationRequested) stop.Cancel();
        else abort.Cancel();
    }
}

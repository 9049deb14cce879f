using System.Globalization;
using System.Runtime.Versioning;

namespace MbMix.Comparison;

/// <summary>
/// By which a process on Windows is asked to save and end where no console event reaches it: without a console, such as
/// in a service, and under Wine 8, which has Ctrl-C alone. It is an event of the system that carries the process's id.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class StopEvent : IDisposable
{
    private readonly EventWaitHandle handle;
    private readonly RegisteredWaitHandle wait;

    /// <summary>Begins to listen.</summary>
    /// <param name="asked">Called once, when this process is asked for the first time.</param>
    public StopEvent(Action asked)
    {
        handle = new EventWaitHandle(false, EventResetMode.AutoReset, NameOf(Environment.ProcessId));
        wait = ThreadPool.RegisterWaitForSingleObject(
            handle, (_, _) => asked(), null, Timeout.Infinite, executeOnlyOnce: true);
    }

    /// <summary>Asks a process to save and end.</summary>
    /// <returns>Whether it listens.</returns>
    public static bool Set(int process)
    {
        if (!EventWaitHandle.TryOpenExisting(NameOf(process), out var handle)) return false;
        using (handle) return handle.Set();
    }

    public void Dispose()
    {
        wait.Unregister(null);
        handle.Dispose();
    }

    private static string NameOf(int process) =>
        string.Create(CultureInfo.InvariantCulture, $@"Local\mbmix-stop-{process}");
}

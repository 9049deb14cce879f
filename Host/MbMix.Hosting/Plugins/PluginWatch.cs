namespace MbMix.Hosting;

/// <summary>
/// Watches plugin code that runs at start. It says which plugin takes long, and leaves a note in case one ends the
/// process.
/// </summary>
internal sealed class PluginWatch : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static PluginWatch? current;

    private readonly Action<string>? notice;
    private readonly LoadNote? note;
    private volatile string? running;

    /// <summary>Starts watching, and reports earlier starts that ended while loading a plugin.</summary>
    /// <param name="notice">Receives lines for the user; null for no messages.</param>
    /// <param name="noteFolder">Path of the folder for notes; null for no notes.</param>
    public PluginWatch(Action<string>? notice, string? noteFolder)
    {
        this.notice = notice;
        current = this;
        if (noteFolder is null) return;
        foreach (string left in LoadNote.TakeLeft(noteFolder))
        {
            string plugin = OneLine.Value(left);
            notice?.Invoke($"the last start ended while loading {plugin}; {ApiTerms.Without} {plugin} skips it");
        }
        note = LoadNote.TryBegin(noteFolder);
    }

    /// <summary>The plugin whose code is running in this process now; null if there is none.</summary>
    public static string? Loading => current?.running;

    /// <summary>
    /// Corrects the note of this process, if there is one, to name the plugin whose thread is ending the process.
    /// </summary>
    public static void Blame(string plugin) => current?.note?.Write(plugin);

    /// <summary>Runs code of a plugin under watch.</summary>
    public T Run<T>(string plugin, Func<T> code)
    {
        running = plugin;
        note?.Write(plugin);
        using var late = notice is null ? null
            : new Timer(_ => notice(Late(plugin)), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            return code();
        }
        finally
        {
            note?.Write("");
            running = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (current == this) current = null;
        note?.Dispose();
    }

    private static string Late(string plugin)
    {
        plugin = OneLine.Value(plugin);
        return FormattableString.Invariant(
            $"plugin {plugin} has been loading for {Patience.TotalSeconds} seconds; ")
            + $"{ApiTerms.Without} {plugin} skips it";
    }
}

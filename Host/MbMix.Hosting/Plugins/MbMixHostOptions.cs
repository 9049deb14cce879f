namespace MbMix.Hosting;

/// <summary>Options of <see cref="MbMixServiceCollectionExtensions.AddMbMix"/>.</summary>
public sealed class MbMixHostOptions
{
    /// <summary>
    /// Folders to scan for plugins, in addition to the plugins registered as services. Empty by default, so that no
    /// folder is scanned.
    /// </summary>
    public IList<string> PluginFolders { get; } = [];

    /// <summary>
    /// Plugins to leave out when these folders are scanned, by the name of their folder or assembly. Empty by default.
    /// </summary>
    public IList<string> Without { get; } = [];

    /// <summary>
    /// Receives one line about each plugin that takes long to load or that ended the process during an earlier start.
    /// It may be called on another thread. Null by default.
    /// </summary>
    public Action<string>? Notice { get; set; }

    /// <summary>
    /// Folder for notes on the plugin being loaded: if that plugin ends the process, the next start can name it. Null
    /// by default, so that no notes are written.
    /// </summary>
    public string? NoteFolder { get; set; }

    /// <summary>
    /// Number of worker threads of a session whose request does not set it. Default: the number of processors, but at
    /// most 8.
    /// </summary>
    public int Threads { get; set; } = Math.Min(Environment.ProcessorCount, 8);
}

namespace MbMix.Hosting;

/// <summary>How <see cref="MbMixServiceCollectionExtensions.AddMbMix"/> sets MbMix up.</summary>
public sealed class MbMixHostOptions
{
    /// <summary>Folders to look for plugins in, besides the plugins that are services. Empty by default: nothing is scanned.</summary>
    public IList<string> PluginFolders { get; } = [];

    /// <summary>
    /// Plugins in these folders to leave out, by the name of their folder or assembly. Empty by default.
    /// </summary>
    public IList<string> Without { get; } = [];

    /// <summary>
    /// Told in one line, perhaps on another thread, about a plugin that hangs while it is loaded or ended an earlier
    /// start. Nobody by default.
    /// </summary>
    public Action<string>? Notice { get; set; }

    /// <summary>
    /// Folder for the notes by which the next start learns which plugin ended this one. None by default: nothing is
    /// written.
    /// </summary>
    public string? NoteFolder { get; set; }

    /// <summary>Worker threads of a session whose request names none. Default: the cores of the machine, at most 8.</summary>
    public int Threads { get; set; } = Math.Min(Environment.ProcessorCount, 8);
}

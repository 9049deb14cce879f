namespace MbMix.Hosting;

/// <summary>How <see cref="MbMixServiceCollectionExtensions.AddMbMix"/> sets MbMix up.</summary>
public sealed class MbMixOptions
{
    /// <summary>Folders to look for plugins in, besides the plugins that are services. Empty by default: nothing is scanned.</summary>
    public IList<string> PluginFolders { get; } = [];

    /// <summary>Worker threads of a session whose request names none. Default: the cores of the machine, at most 8.</summary>
    public int Threads { get; set; } = Math.Min(Environment.ProcessorCount, 8);
}

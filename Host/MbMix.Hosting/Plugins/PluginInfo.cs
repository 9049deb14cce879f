using System.Reflection;

namespace MbMix.Hosting;

/// <summary>A plugin that is in use.</summary>
/// <param name="Name">Name of the plugin's assembly.</param>
/// <param name="Version">Version of the plugin's assembly.</param>
/// <param name="Path">Path of the file it was loaded from; empty if there is none.</param>
public sealed record PluginInfo(string Name, string Version, string Path)
{
    /// <summary>The assembly itself, used to find the plugin whose code threw an exception.</summary>
    internal Assembly? Assembly { get; init; }

    /// <summary>
    /// Whether the folder of the file belongs to the plugin, so that other assemblies in it are its own, too.
    /// </summary>
    internal bool OwnsFolder { get; init; }

    /// <summary>
    /// Computes the SHA-256 of the plugin's file, or of all assemblies in a folder of its own; null if it was not
    /// loaded from a file.
    /// </summary>
    internal string? Hash()
    {
        if (!File.Exists(Path)) return null;
        string[] files = OwnsFolder ? Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, "*.dll") : [Path];
        return Hashes.OfFiles(files);
    }
}

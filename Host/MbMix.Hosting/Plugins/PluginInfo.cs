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
}

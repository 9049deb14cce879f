using System.Reflection;

namespace MbMix.Hosting;

/// <summary>A plugin that is in use.</summary>
/// <param name="Name">Name of its assembly.</param>
/// <param name="Version">Version of its assembly.</param>
/// <param name="Path">File it was loaded from; empty where there is none.</param>
public sealed record PluginInfo(string Name, string Version, string Path)
{
    /// <summary>The assembly itself, to tell whose code threw.</summary>
    internal Assembly? Assembly { get; init; }
}

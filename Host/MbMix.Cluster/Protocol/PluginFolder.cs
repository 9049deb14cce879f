namespace MbMix.Cluster;

/// <summary>A folder of plugins that travels with a run.</summary>
/// <param name="Hash">SHA-256 of the list of its files; the folder's name on a runner.</param>
/// <param name="Files">The files, named by their paths below the folder.</param>
[GenerateSerializer, Immutable]
internal sealed record PluginFolder(string Hash, FileEntry[] Files);

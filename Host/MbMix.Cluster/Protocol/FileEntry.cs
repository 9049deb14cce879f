namespace MbMix.Cluster;

/// <summary>A file of a run, identified by its content.</summary>
/// <param name="Name">Path below the run folder, with <c>/</c> between names.</param>
/// <param name="Hash">SHA-256 of the content in lower-case hexadecimal.</param>
/// <param name="Size">Length in bytes.</param>
[GenerateSerializer, Immutable]
internal sealed record FileEntry(string Name, string Hash, long Size);

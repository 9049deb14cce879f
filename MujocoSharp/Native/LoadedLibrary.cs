namespace MujocoSharp.Native;

/// <summary>The library once it is loaded.</summary>
internal sealed record LoadedLibrary(string Path, string Version, Layout Layout, EntryPoints EntryPoints);

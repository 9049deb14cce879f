namespace MujocoSharp.Native;

/// <summary>The loaded library.</summary>
internal sealed record LoadedLibrary(string Path, string Version, Layout Layout, EntryPoints EntryPoints);

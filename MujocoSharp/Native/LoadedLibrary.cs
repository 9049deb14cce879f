namespace MujocoSharp.Native;

/// <summary>The loaded library.</summary>
/// <param name="Path">Its file, or the name under which the system found it.</param>
/// <param name="Version">Its own version, such as 3.5.0.</param>
/// <param name="LayoutVersion">
/// The version whose layout is used: its own, or where that is unknown the one before.
/// </param>
/// <param name="Layout">The layout.</param>
/// <param name="EntryPoints">Functions that may raise an engine error.</param>
internal sealed record LoadedLibrary(
    string Path, string Version, string LayoutVersion, Layout Layout, EntryPoints EntryPoints)
{
    /// <summary>Whether the layout has passed the test; until then nothing may rely on it.</summary>
    public bool Trusted { get; init; }

    /// <summary>Whether the layout is that of another version.</summary>
    public bool IsGuess => Version != LayoutVersion;
}

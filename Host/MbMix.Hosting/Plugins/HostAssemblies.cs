using System.Reflection;

namespace MbMix.Hosting;

/// <summary>Looks up the assemblies that this process can load by name, without loading them.</summary>
internal static class HostAssemblies
{
    private static readonly Dictionary<string, string> Paths = Find();

    /// <summary>Returns whether the host has an assembly of this name.</summary>
    public static bool Has(string name) => Paths.ContainsKey(name);

    /// <summary>Returns the version of the host's assembly; null if the host has no such assembly.</summary>
    public static Version? VersionOf(string name) =>
        Paths.TryGetValue(name, out string? path) ? AssemblyName.GetAssemblyName(path).Version : null;

    private static Dictionary<string, string> Find()
    {
        var paths = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        foreach (string path in trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            paths.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        return paths;
    }
}

using System.Reflection;

namespace MbMix.Hosting;

/// <summary>The assemblies this process can load by name, without loading them.</summary>
internal static class HostAssemblies
{
    private static readonly Dictionary<string, string> Paths = Find();

    /// <summary>Whether the host has an assembly of this name.</summary>
    public static bool Has(string name) => Paths.ContainsKey(name);

    /// <summary>The version of the host's assembly, or null where it has none.</summary>
    public static Version? VersionOf(string name) => Paths.TryGetValue(name, out string? path) ? AssemblyName.GetAssemblyName(path).Version : null;

    private static Dictionary<string, string> Find()
    {
        var paths = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        foreach (string path in trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)) paths.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        return paths;
    }
}

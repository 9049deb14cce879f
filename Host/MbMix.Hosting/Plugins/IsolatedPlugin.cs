using System.Reflection;
using McMaster.NETCore.Plugins;

namespace MbMix.Hosting;

/// <summary>
/// Loads a plugin's assembly into its own load context. Only this class uses the plugin loading library.
/// </summary>
internal static class IsolatedPlugin
{
    /// <summary>
    /// Loads the assembly. Shared assemblies come from the host, all others from the plugin's folder first.
    /// </summary>
    /// <param name="path">Path of the assembly.</param>
    /// <param name="alsoShared">Names of assemblies that it shares with the host beside those of every plugin.</param>
    public static Assembly Load(string path, params IEnumerable<string> alsoShared)
    {
        string[] shared = [.. PluginChecks.Shared, .. alsoShared];
        var loader = PluginLoader.CreateFromAssemblyFile(path, config =>
        {
            // otherwise, all dependencies of TorchSharp would be loaded, a dozen assemblies, just to list plugins
            config.IsLazyLoaded = true;
            foreach (string name in shared) config.SharedAssemblies.Add(new AssemblyName(name));

            // without this, what a shared assembly refers to would be shared as well, in the host's version
            foreach (string name in OwnAssemblies(path, shared))
                config.PrivateAssemblies.Add(new AssemblyName { Name = name });
        });
        return loader.LoadDefaultAssembly();
    }

    private static IEnumerable<string> OwnAssemblies(string path, string[] shared) => Directory
        .EnumerateFiles(Path.GetDirectoryName(path)!, "*.dll")
        .Select(file => Path.GetFileNameWithoutExtension(file))
        .Except(shared);
}

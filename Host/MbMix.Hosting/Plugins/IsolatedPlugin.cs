using System.Reflection;
using McMaster.NETCore.Plugins;

namespace MbMix.Hosting;

/// <summary>The one place that knows the plugin loading library: a plugin's assembly in a load context of its own.</summary>
internal static class IsolatedPlugin
{
    /// <summary>Loads the assembly. What the host shares comes from the host, everything else from the plugin's folder first.</summary>
    public static Assembly Load(string path)
    {
        var loader = PluginLoader.CreateFromAssemblyFile(path, config =>
        {
            // lazily: resolving the whole closure of TorchSharp would load a dozen assemblies just to list plugins
            config.IsLazyLoaded = true;
            foreach (string name in PluginChecks.Shared) config.SharedAssemblies.Add(new AssemblyName(name));
        });
        return loader.LoadDefaultAssembly();
    }
}

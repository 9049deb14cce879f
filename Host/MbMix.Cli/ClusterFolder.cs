using MbMix.Comparison;
using MbMix.Hosting;

namespace MbMix.Cli;

/// <summary>
/// The optional package for clusters: a folder beside the command. Nothing of it is referenced, and it is loaded only
/// when it is asked for.
/// </summary>
internal static class ClusterFolder
{
    private const string Assembly = "MbMix.Cluster";

    /// <summary>Loads the package.</summary>
    /// <exception cref="MbMixException">It is missing, or does not fit.</exception>
    public static IClusterPackage Load()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "cluster");
        string path = Path.Combine(folder, Assembly + ".dll");
        if (!File.Exists(path))
            throw new MbMixException(
                $"The package for clusters is not installed: there is no {OneLine.Path(path)}. Take the folder "
                + "'cluster' from an mbmix of the same version, or build MbMix.sln, which lays it there.");
        try
        {
            var type = IsolatedPlugin.Load(path, ["MbMix.Hosting", "MbMix.Comparison", "MbMix.Pages"])
                .GetType(Assembly + ".ClusterPackage", throwOnError: true)!;
            return (IClusterPackage)Activator.CreateInstance(type)!;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException
            or InvalidCastException or MissingMethodException)
        {
            throw new MbMixException(
                $"{OneLine.Path(path)} does not fit this mbmix: {OneLine.Of(e)} Take the folder 'cluster' of the same "
                + "version.",
                e);
        }
    }
}

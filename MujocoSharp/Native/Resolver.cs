using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>Finds the library's file.</summary>
internal static class Resolver
{
    /// <summary>Environment variable that names the file.</summary>
    public const string Variable = "MUJOCO_LIBRARY";

    // a distribution's plain library package has only the versioned name
    private static readonly string[] Names = ["libmujoco.so", "libmujoco.so.2.2.2", "mujoco.dll", "libmujoco.dylib"];

    /// <summary>
    /// Loads the library from a given file, from the one the environment names, or from where the system finds it, a known version before
    /// others.
    /// </summary>
    public static (nint Handle, string Path) Find(string? path)
    {
        string? asked = path ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(asked))
        {
            if (NativeLibrary.TryLoad(asked, out nint named)) return (named, asked);
            string why = File.Exists(asked) ? "is no library this process can load" : "does not exist";
            throw new MujocoException(
                MujocoError.Library,
                $"the MuJoCo library {asked}{(path is null ? $" named in {Variable}" : string.Empty)} {why}; name another file, or install MuJoCo: apt-get install libmujoco2.2.2.");
        }
        (nint Handle, string Path)? unknown = null;
        foreach (string name in Names)
        {
            if (!NativeLibrary.TryLoad(name, out nint handle)) continue;
            if (Layout.Of(VersionOf(handle)) is not null) return (handle, name);
            unknown ??= (handle, name);
        }
        if (unknown is { } found) return found;
        throw new MujocoException(
            MujocoError.Library, $"the MuJoCo library is not installed; install it (apt-get install libmujoco2.2.2) or name its file in {Variable}.");
    }

    /// <summary>Version of a library, as <c>mj_version</c> names it; 0 where it is no MuJoCo.</summary>
    public static unsafe int VersionOf(nint library) =>
        NativeLibrary.TryGetExport(library, "mj_version", out nint version) ? ((delegate* unmanaged[Cdecl]<int>)version)() : 0;
}

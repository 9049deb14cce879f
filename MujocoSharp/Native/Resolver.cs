using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>Finds the native library.</summary>
internal static class Resolver
{
    /// <summary>Environment variable that names the file.</summary>
    public const string Variable = "MUJOCO_LIBRARY";

    /// <summary>Command that installs the library.</summary>
    public const string Installation = "apt-get install libmujoco2.2.2";

    // a distribution's library package, without its -dev package, has only the versioned name
    private static readonly string[] Names = ["libmujoco.so", "libmujoco.so.2.2.2", "mujoco.dll", "libmujoco.dylib"];

    /// <summary>
    /// Loads the library: from the given file, else from the one that the environment variable names, else from where
    /// the system finds one of the usual names. Of several the first with a known version wins.
    /// </summary>
    public static (nint Handle, string Path) Find(string? path)
    {
        string? asked = path ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(asked))
        {
            if (NativeLibrary.TryLoad(asked, out nint named)) return (named, asked);
            string why = File.Exists(asked) ? "is not a library that this process can load" : "does not exist";
            string origin = path is null ? $" named in {Variable}" : string.Empty;
            throw new MujocoException(
                MujocoError.Library,
                $"the MuJoCo library {asked}{origin} {why}; name another file, or install MuJoCo: {Installation}.");
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
            MujocoError.Library,
            $"the MuJoCo library is not installed; install it ({Installation}) or name its file in {Variable}.");
    }

    /// <summary>Version of a library, as a number of <c>mj_version</c>; 0 if it is not MuJoCo.</summary>
    public static unsafe int VersionOf(nint library) =>
        NativeLibrary.TryGetExport(library, "mj_version", out nint version)
            ? ((delegate* unmanaged[Cdecl]<int>)version)()
            : 0;
}

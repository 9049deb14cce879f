using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>Finds the native library.</summary>
internal static class Resolver
{
    /// <summary>Environment variable that names the file or its folder.</summary>
    public const string Variable = "MBMIX_MUJOCO";

    /// <summary>Older name of the environment variable; used where the other one is not set.</summary>
    public const string OlderVariable = "MUJOCO_LIBRARY";

    /// <summary>Command that installs the library.</summary>
    public const string Installation = "apt-get install libmujoco2.2.2";

    private static readonly string UsualName = OperatingSystem.IsWindows() ? "mujoco.dll"
        : OperatingSystem.IsMacOS() ? "libmujoco.dylib"
        : "libmujoco.so";

    // where releases and Python packages keep the library, below the folder that a person would name
    private static readonly string[] Folders = ["", "lib", "bin", "mujoco", "lib/x86_64-linux-gnu"];

    /// <summary>
    /// Loads the library: from the given file or folder, else from the one that an environment variable names, else
    /// from where the system finds one of the usual names. Of several the first with a known version wins.
    /// </summary>
    /// <returns>The library and its file, or where that is unknown its name.</returns>
    public static (nint Handle, string Path) Find(string? path)
    {
        var (asked, variable) = Asked(path);
        if (asked is not null)
        {
            string file = Directory.Exists(asked) ? Within(asked, variable) : asked;
            if (NativeLibrary.TryLoad(file, out nint named)) return (named, file);
            throw NotLoaded(file, variable);
        }
        (nint Handle, string Path)? unknown = null;
        foreach (string name in Names())
        {
            if (!NativeLibrary.TryLoad(name, out nint handle)) continue;
            if (Layout.Of(VersionOf(handle)) is not null) return (handle, FileOf(name));
            unknown ??= (handle, FileOf(name));
        }
        if (unknown is { } found) return found;
        throw new MujocoException(
            MujocoError.Library,
            $"the MuJoCo library is not installed; install it ({Installation}) or name its file or folder in "
            + $"{Variable}.");
    }

    /// <summary>Version of a library, as a number of <c>mj_version</c>; 0 if it is not MuJoCo.</summary>
    public static unsafe int VersionOf(nint library) =>
        NativeLibrary.TryGetExport(library, "mj_version", out nint version)
            ? ((delegate* unmanaged[Cdecl]<int>)version)()
            : 0;

    /// <summary>What to do about a file that is not the library.</summary>
    /// <param name="path">The file or folder that the program names; null if it names none.</param>
    public static string Remedy(string? path) => RemedyFor(Asked(path).Variable);

    private static string RemedyFor(string variable) => variable.Length == 0
        ? $"name another file, or install MuJoCo: {Installation}."
        : $"name another file, or unset {variable} to use the installed one ({Installation}).";

    private static string NamedIn(string variable) => variable.Length == 0 ? variable : $" named in {variable}";

    private static (string? Asked, string Variable) Asked(string? path)
    {
        if (!string.IsNullOrEmpty(path)) return (path, string.Empty);
        foreach (string variable in (string[])[Variable, OlderVariable])
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
                return (named, variable);
        }
        return (null, string.Empty);
    }

    // a distribution's library package, without its -dev package, has only the versioned name
    private static IEnumerable<string> Names() => OperatingSystem.IsLinux()
        ?
        [
            UsualName,
            .. Layout.Known.OrderDescending().Select(version => $"{UsualName}.{MujocoLibrary.Name(version)}"),
        ]
        : [UsualName];

    // the library in a release's folder, in a Python package's folder, or in a folder of libraries
    private static string Within(string folder, string variable)
    {
        foreach (string below in Folders)
        {
            string place = Path.Combine(folder, below);
            if (!Directory.Exists(place)) continue;
            if (File.Exists(Path.Combine(place, UsualName))) return Path.Combine(place, UsualName);
            var versioned = Directory.EnumerateFiles(place, "libmujoco.*").Where(IsVersioned).ToList();
            if (versioned.Count > 0) return versioned.MaxBy(Rank)!;
        }
        throw new MujocoException(
            MujocoError.Library,
            $"the folder {folder}{NamedIn(variable)} holds no MuJoCo library; name the file, or the folder of an "
            + "unpacked release or of an installed Python package (site-packages/mujoco)"
            + (variable.Length == 0 ? "." : $", or unset {variable} to use the installed one."));
    }

    private static bool IsVersioned(string file) => VersionText(file) is { Length: > 0 };

    // known versions before unknown ones, newer before older
    private static (bool Known, System.Version Version) Rank(string file)
    {
        string text = VersionText(file);
        bool known = Layout.Known.Any(version => MujocoLibrary.Name(version) == text);
        return (known, System.Version.Parse(text));
    }

    // 3.5.0 of libmujoco.so.3.5.0 and of libmujoco.3.5.0.dylib
    private static string VersionText(string file)
    {
        string name = Path.GetFileName(file);
        string text = name["libmujoco.".Length..];
        if (text.StartsWith("so.", StringComparison.Ordinal))
            text = text[3..];
        else if (text.EndsWith(".dylib", StringComparison.Ordinal))
            text = text[..^".dylib".Length];
        return System.Version.TryParse(text, out _) ? text : string.Empty;
    }

    private static MujocoException NotLoaded(string file, string variable)
    {
        string origin = NamedIn(variable);
        if (file.EndsWith(".whl", StringComparison.OrdinalIgnoreCase))
        {
            return new(
                MujocoError.Library,
                $"{file}{origin} is a Python package file, not a library; unpack it (it is a zip file) and name the "
                + "folder mujoco in it"
                + (variable.Length == 0 ? "." : $", or unset {variable} to use the installed one."));
        }
        if (!File.Exists(file))
        {
            return new(
                MujocoError.Library,
                $"the MuJoCo library {file}{origin} does not exist; {RemedyFor(variable)}");
        }
        string why = string.Empty;
        try
        {
            NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // such as a C library that is too old
            why = e.Message.Split('\n', StringSplitOptions.TrimEntries).Skip(1).FirstOrDefault(l => l.Contains(".so"))
                is { } detail ? $" ({detail})" : string.Empty;
        }
        return new(
            MujocoError.Library,
            $"the MuJoCo library {file}{origin} is not a library that this process can load{why}; "
            + RemedyFor(variable));
    }

    // the system says which file it took
    private static string FileOf(string name)
    {
        if (!OperatingSystem.IsLinux()) return name;
        try
        {
            foreach (string line in File.ReadLines("/proc/self/maps"))
            {
                int start = line.IndexOf('/');
                if (start >= 0 && Path.GetFileName(line.AsSpan(start)).StartsWith("libmujoco.so")) return line[start..];
            }
        }
        catch (IOException)
        {
            // the name will do
        }
        return name;
    }
}

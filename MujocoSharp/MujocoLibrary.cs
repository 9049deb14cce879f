using System.Reflection;
using System.Runtime.InteropServices;
using MujocoSharp.Native;

namespace MujocoSharp;

/// <summary>
/// The native MuJoCo library of this process. It is loaded on first use, or by <see cref="Load"/> where options matter. Loading takes
/// over MuJoCo's global error, warning and memory handlers. Thread safe.
/// </summary>
public static unsafe class MujocoLibrary
{
    private static readonly Lock Gate = new();
    private static volatile LoadedLibrary? loaded;
    private static nint resolved;
    private static bool resolverSet;

    /// <summary>
    /// Raised for each warning of MuJoCo, on the thread whose call caused it, after that call. MuJoCo reports a warning of one kind once
    /// per data object; <see cref="MjData.Warnings"/> has the counts.
    /// </summary>
    public static event Action<string>? WarningRaised;

    /// <summary>Version of the loaded library, such as 2.2.2. Loads it.</summary>
    /// <exception cref="MujocoException">It cannot be loaded.</exception>
    public static string Version => Required.Version;

    /// <summary>File the library was loaded from, or the name it was found by. Loads it.</summary>
    /// <exception cref="MujocoException">It cannot be loaded.</exception>
    public static string Path => Required.Path;

    /// <summary>Versions this assembly has a layout for.</summary>
    public static IReadOnlyList<string> KnownVersions => [.. Layout.Known.Order().Select(Name)];

    internal static LoadedLibrary Required => loaded ?? LoadOnce(null);

    /// <summary>Loads the library, checks its version and tests the layout on a small model. Does nothing where that is done.</summary>
    /// <param name="options">How to find it; defaults where null.</param>
    /// <exception cref="MujocoException">Missing, unknown version, failed test, or already loaded from elsewhere.</exception>
    public static void Load(MujocoLibraryOptions? options = null)
    {
        var library = LoadOnce(options);
        if (options?.Path is { } path && path != library.Path)
            throw new MujocoException(MujocoError.Library, $"MuJoCo is already loaded from {library.Path}; a process cannot load {path} as well.");
    }

    /// <summary>Loads the library where possible.</summary>
    /// <param name="problem">Otherwise what is wrong and what to do, in one line.</param>
    public static bool TryLoad(out string? problem)
    {
        try
        {
            LoadOnce(null);
            problem = null;
            return true;
        }
        catch (MujocoException e)
        {
            problem = e.Message;
            return false;
        }
    }

    internal static void Raise(string warning)
    {
        // the self-test provokes one
        if (loaded is not null) WarningRaised?.Invoke(warning);
    }

    private static LoadedLibrary LoadOnce(MujocoLibraryOptions? options)
    {
        lock (Gate)
        {
            if (loaded is not null) return loaded;
            var (handle, path) = Resolver.Find(options?.Path);
            resolved = handle;
            if (!resolverSet) NativeLibrary.SetDllImportResolver(typeof(MujocoLibrary).Assembly, Resolve);
            resolverSet = true;
            int version = Resolver.VersionOf(handle);
            if (version == 0) throw new MujocoException(MujocoError.Library, $"{path} is no MuJoCo library; name another file, or install MuJoCo: apt-get install libmujoco2.2.2.");
            var layout = Layout.Of(version) ?? throw new MujocoException(
                MujocoError.Version,
                $"{path} is MuJoCo {Name(version)}, whose memory layout is not known here; known: {string.Join(", ", KnownVersions)}. Install one of them or name its file in {Resolver.Variable}.");
            EngineCall.Install(handle, options?.Guard ?? MujocoGuard.Automatic);
            var library = new LoadedLibrary(path, Text.OneLine(Functions.mj_versionString()), layout, new EntryPoints(handle));
            SelfTest.Run(library);
            return loaded = library;
        }
    }

    // 222 is 2.2.2; from 3.5 on there are three digits each
    private static string Name(int version) => version < 1000
        ? $"{version / 100}.{version / 10 % 10}.{version % 10}"
        : $"{version / 1000000}.{version / 1000 % 1000}.{version % 1000}";

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Functions.Library ? resolved : 0;
}

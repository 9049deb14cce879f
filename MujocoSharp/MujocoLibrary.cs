using System.Reflection;
using System.Runtime.InteropServices;
using MujocoSharp.Native;

namespace MujocoSharp;

/// <summary>
/// The native MuJoCo library of this process. It is loaded on first use; call <see cref="Load"/> first to set options.
/// Loading takes over MuJoCo's global error, warning and memory handlers. Thread safe.
/// </summary>
public static unsafe class MujocoLibrary
{
    private static readonly Lock Gate = new();
    private static volatile LoadedLibrary? loaded;
    private static string? asked;
    private static nint resolved;
    private static bool resolverSet;

    /// <summary>
    /// Raised for each warning of MuJoCo, after the call that caused it and on the same thread. MuJoCo reports each
    /// kind of warning only once per data object; <see cref="MjData.Warnings"/> has the counts.
    /// </summary>
    public static event Action<string>? WarningRaised;

    /// <summary>Version of the library, such as 2.2.2. Loads it if necessary.</summary>
    /// <exception cref="MujocoException">The library cannot be loaded.</exception>
    public static string Version => Required.Version;

    /// <summary>
    /// File from which the library was loaded, or the name under which it was found. Loads it if necessary.
    /// </summary>
    /// <exception cref="MujocoException">The library cannot be loaded.</exception>
    public static string Path => Required.Path;

    /// <summary>
    /// Versions whose memory layout is known. Another version is used only if a test finds that it agrees with the
    /// known version before it; most do not.
    /// </summary>
    public static IReadOnlyList<string> KnownVersions => [.. Layout.Known.Order().Select(Name)];

    internal static LoadedLibrary Required => loaded ?? LoadOnce(null);

    /// <summary>
    /// Loads the library, checks its version and tests the layout on a small model. Does nothing if it is already
    /// loaded.
    /// </summary>
    /// <param name="options">How to find and guard the library; null for the defaults.</param>
    /// <exception cref="MujocoException">
    /// The library is missing, the test failed, or it is already loaded from another file.
    /// </exception>
    public static void Load(MujocoLibraryOptions? options = null)
    {
        var library = LoadOnce(options);
        if (options?.Path is { } path && path != library.Path && path != asked)
        {
            throw new MujocoException(
                MujocoError.Library,
                $"MuJoCo is already loaded from {library.Path}; a process cannot load {path} as well.");
        }
    }

    /// <summary>Loads the library if possible.</summary>
    /// <param name="problem">If not, one line that says what is wrong and what to do.</param>
    /// <returns>Whether the library is loaded.</returns>
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
            if (version == 0)
            {
                throw new MujocoException(
                    MujocoError.Library,
                    $"{path} is not a MuJoCo library; {Resolver.Remedy(options?.Path)}");
            }
            var library = Examine(handle, path, version, options?.Guard ?? MujocoGuard.Automatic);
            SelfTest.Run(library);
            asked = options?.Path;
            return loaded = library with { Trusted = true };
        }
    }

    private static LoadedLibrary Examine(nint handle, string path, int version, MujocoGuard guard)
    {
        int layoutVersion = Layout.Of(version) is null ? Layout.Nearest(version) : version;
        var layout = Layout.Of(layoutVersion)!;
        try
        {
            EngineCall.Install(handle, guard);
            return new(path, Name(version), Name(layoutVersion), layout, new EntryPoints(handle));
        }
        catch (EntryPointNotFoundException e)
        {
            throw new MujocoException(
                MujocoError.Version,
                $"{path} is MuJoCo {Name(version)}, which lacks a function that is needed here ({e.Message}). "
                + SelfTest.Advice,
                e);
        }
    }

    // 222 is 2.2.2; since 3.5 minor and patch number have three digits each
    internal static string Name(int version) => version < 1000
        ? $"{version / 100}.{version / 10 % 10}.{version % 10}"
        : $"{version / 1000000}.{version / 1000 % 1000}.{version % 1000}";

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Functions.Library ? resolved : 0;
}

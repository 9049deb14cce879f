using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace MbMix.Differentiation;

/// <summary>
/// Keeps compiled code alive where it cannot be freed. The runtime frees a dynamic method in a finalizer, by writing to
/// pages that it maps a second time (W^X). Under Wine 8 that ends the process with an internal error, for any dynamic
/// method of any program: twenty of them that are collected suffice. Elsewhere code goes with its kernel.
/// </summary>
internal static class CompiledCode
{
    private static readonly ConcurrentBag<Delegate[]>? Kept = RunsOnWine() ? [] : null;

    /// <summary>Called once for the code of each kernel.</summary>
    public static void Keep(Delegate[] code) => Kept?.Add(code);

    // Wine's own way to be recognized
    private static bool RunsOnWine() => OperatingSystem.IsWindows()
        && NativeLibrary.TryLoad("ntdll.dll", out nint library)
        && NativeLibrary.TryGetExport(library, "wine_get_version", out _);
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MbMix.Storage;

/// <summary>The two calls of the C library that .NET does not offer: a folder can be neither opened nor flushed through it.</summary>
internal static partial class NativeMethods
{
    /// <summary>Opens a folder for reading; an invalid handle when that fails.</summary>
    public static nint OpenReadOnly(string path) => Open(path, 0);

    /// <summary>Flushes what the handle stands for to the disk.</summary>
    public static void Flush(SafeFileHandle handle) => _ = Fsync(handle);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(SafeFileHandle handle);
}

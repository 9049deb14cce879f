using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MbMix.Storage;

/// <summary>
/// The two functions of the C library needed to flush a folder, which .NET can neither open nor flush.
/// </summary>
internal static partial class NativeMethods
{
    /// <summary>Opens a folder for reading; returns an invalid handle on failure.</summary>
    public static nint OpenReadOnly(string path) => Open(path, 0);

    /// <summary>Flushes the file or folder behind the handle to disk.</summary>
    public static void Flush(SafeFileHandle handle) => _ = Fsync(handle);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(SafeFileHandle handle);
}

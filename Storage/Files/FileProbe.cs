using System.Runtime.InteropServices;

namespace MbMix.Storage;

/// <summary>Finds out what a path refers to, without opening it.</summary>
internal static partial class FileProbe
{
    private const int CurrentFolder = -100, DoNotFollow = 0x100, NoEntry = 2, NotAFolder = 20;
    private const uint TypeModeAndLinks = 0x7;

    /// <summary>Returns what the path refers to.</summary>
    /// <param name="path">The path to look at.</param>
    /// <param name="follow">Whether to follow a symbolic link to its target.</param>
    public static FileKind KindOf(string path, bool follow = false) => Probe(path, follow).Kind;

    /// <summary>
    /// Returns the number of names (hard links) of the regular file at the path; 1 if the system does not say.
    /// </summary>
    public static long NamesOf(string path) => Probe(path, follow: false).Names;

    private static (FileKind Kind, long Names) Probe(string path, bool follow)
    {
        if (OperatingSystem.IsLinux())
        {
            // unlike struct stat, struct statx is the same on all machines: link count at byte 16, mode at byte 28
            Span<byte> status = stackalloc byte[256];
            try
            {
                int flags = follow ? 0 : DoNotFollow;
                if (StatX(CurrentFolder, path, flags, TypeModeAndLinks, ref MemoryMarshal.GetReference(status)) == 0)
                {
                    return (KindOfMode(BitConverter.ToUInt16(status[28..])), BitConverter.ToUInt32(status[16..]));
                }
                if (Marshal.GetLastPInvokeError() is NoEntry or NotAFolder) return (FileKind.Absent, 0);
            }
            catch (EntryPointNotFoundException)
            {
                // the C library is too old; the framework can at least tell links and folders
            }
        }
        return (Managed(path, follow), 1);
    }

    private static FileKind KindOfMode(int mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Folder,
        0xA000 => FileKind.Link,
        _ => FileKind.Special,
    };

    private static FileKind Managed(string path, bool follow)
    {
        var file = new FileInfo(path);
        if (!follow && file.LinkTarget is not null) return FileKind.Link;
        if (Directory.Exists(path)) return FileKind.Folder;
        return file.Exists ? FileKind.Regular : FileKind.Absent;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte status);
}

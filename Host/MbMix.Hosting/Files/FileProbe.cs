using System.Runtime.InteropServices;

namespace MbMix.Hosting;

/// <summary>Tells what lies at a path without opening it.</summary>
internal static partial class FileProbe
{
    private const int CurrentFolder = -100, DoNotFollow = 0x100, NoEntry = 2, NotAFolder = 20;
    private const uint TypeModeAndLinks = 0x7;

    /// <summary>What lies at the path.</summary>
    /// <param name="path">Path.</param>
    /// <param name="follow">Whether a symbolic link stands for its target.</param>
    public static FileKind KindOf(string path, bool follow = false) => Probe(path, follow).Kind;

    /// <summary>Names of the regular file at the path (hard links); 1 where the system does not say.</summary>
    public static long NamesOf(string path) => Probe(path, follow: false).Names;

    private static (FileKind Kind, long Names) Probe(string path, bool follow)
    {
        if (OperatingSystem.IsLinux())
        {
            // struct statx is the same everywhere, unlike struct stat: number of links at byte 16, mode at byte 28
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
                // an old C library: the framework knows links and folders at least
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

using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>Reads files that a model names, which may be of any size or kind.</summary>
internal static partial class BoundedFile
{
    private const int CurrentFolder = -100;
    private const uint TypeAndSize = 0x201;

    /// <summary>
    /// Reads a regular file of at most <paramref name="limit"/> bytes, or the one that a link leads to.
    /// </summary>
    /// <exception cref="FormatException">
    /// The file is larger, and the message names the option that limits it; or it is a device, pipe or folder, of which
    /// nothing is read because that might never end.
    /// </exception>
    public static byte[] Read(string path, long limit, string option)
    {
        long length = Length(path);
        if (length > limit)
            throw new FormatException($"it is larger than {limit / 1e6:F0} MB (MjLoadOptions.{option})");
        if (length == 0) return [];
        using var file = File.OpenRead(path);
        byte[] content = new byte[length];
        return content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Size of a regular file, or of the one that a link leads to [bytes]. The file is not opened.</summary>
    /// <exception cref="FormatException">It is a device, pipe or folder.</exception>
    public static long Length(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            // unlike struct stat, struct statx is the same on all machines: mode at byte 28, size at byte 40
            Span<byte> status = stackalloc byte[256];
            string full = Path.GetFullPath(path);
            try
            {
                if (StatX(CurrentFolder, full, 0, TypeAndSize, ref MemoryMarshal.GetReference(status)) == 0)
                {
                    return (BitConverter.ToUInt16(status[28..]) & 0xF000) == 0x8000
                        ? BitConverter.ToInt64(status[40..])
                        : throw new FormatException("it is not a regular file");
                }
            }
            catch (EntryPointNotFoundException)
            {
                // the C library is too old; the framework follows links, too
            }
        }
        var file = new FileInfo(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte status);
}

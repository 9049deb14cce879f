using Microsoft.Win32.SafeHandles;

namespace MbMix.Hosting;

/// <summary>Files that are either the old or the new ones after a crash, never half of one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes to a temporary name beside <paramref name="path"/>, flushes to the disk and renames.</summary>
    /// <param name="path">File; a link that lies there is replaced, not followed.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="temporary">The temporary name; by default that of the file with <c>.tmp</c> behind it.</param>
    public static void Write(string path, Action<Stream> write, string? temporary = null)
    {
        temporary ??= path + ".tmp";
        try
        {
            RegularFile.RequireWritable(temporary);
        }
        catch (MbMixException e)
        {
            throw new IOException(e.Message, e);
        }
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw;
        }
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Text in UTF-8, written like everything else here.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Makes renames and new files in a folder durable, where the system can.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        // a folder opens as a file for reading, and flushing that handle is fsync
        using SafeFileHandle handle = OpenFolder(folder);
        if (!handle.IsInvalid) NativeMethods.Flush(handle);
    }

    private static SafeFileHandle OpenFolder(string folder) => new(NativeMethods.OpenReadOnly(folder), ownsHandle: true);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a leftover temporary file is overwritten by the next write
        }
    }
}

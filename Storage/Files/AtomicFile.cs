using Microsoft.Win32.SafeHandles;

namespace MbMix.Storage;

/// <summary>Writes files that after a crash hold either the old or the new content, never a mixture.</summary>
internal static class AtomicFile
{
    private const int LongestWait = 1024;

    /// <summary>Writes to a temporary file beside <paramref name="path"/>, flushes it to disk and renames it.</summary>
    /// <param name="path">Path of the file. If there is a link at the path, it is replaced, not followed.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="temporary">
    /// Path of the temporary file; by default <paramref name="path"/> followed by <c>.tmp</c>.
    /// </param>
    public static void Write(string path, Action<Stream> write, string? temporary = null)
    {
        temporary ??= TemporaryOf(path);
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
            SizeLimit.Guard(() => Fill(temporary, write));
            if (OperatingSystem.IsWindows()) Patiently(Replace);
            else Replace();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw;
        }
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);

        void Replace() => File.Move(temporary, path, overwrite: true);
    }

    /// <summary>
    /// Tries again until it works or the last pause is over. Windows does not replace a file that somebody reads, and
    /// readers such as another command or a virus scanner are done after a moment.
    /// </summary>
    /// <param name="replace">Replaces the file.</param>
    /// <param name="longest">Longest pause [ms]; each is twice as long as the one before.</param>
    internal static void Patiently(Action replace, int longest = LongestWait)
    {
        for (int pause = 1; ; pause *= 2)
        {
            try
            {
                replace();
                return;
            }
            catch (Exception e) when (pause <= longest && (e is IOException or UnauthorizedAccessException))
            {
                Thread.Sleep(pause);
            }
        }
    }

    /// <summary>Returns the path that a file's content is first written to, unless another is given.</summary>
    public static string TemporaryOf(string path) => path + ".tmp";

    /// <summary>Writes a text in UTF-8, in the same way.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Makes renames and new files in a folder durable, where the operating system allows it.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        // a folder can be opened for reading like a file, and fsync works on that handle
        using SafeFileHandle handle = OpenFolder(folder);
        if (!handle.IsInvalid) NativeMethods.Flush(handle);
    }

    private static void Fill(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    private static SafeFileHandle OpenFolder(string folder) =>
        new(NativeMethods.OpenReadOnly(folder), ownsHandle: true);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next write overwrites a leftover temporary file
        }
    }
}

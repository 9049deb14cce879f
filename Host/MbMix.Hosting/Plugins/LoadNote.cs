using System.Text;

namespace MbMix.Hosting;

/// <summary>
/// A file that says which plugin a process is loading. It goes away when loading ends well; a plugin that takes the
/// process down leaves it behind, and the next start reads it. The process holds a lock on its note, so that nobody
/// takes the note of a living process for the trace of a dead one.
/// </summary>
internal sealed class LoadNote : IDisposable
{
    private const string Prefix = "loading-", Extension = ".note";
    private const int MaximumBytes = 4096;

    private readonly FileStream file;

    private LoadNote(FileStream file) => this.file = file;

    /// <summary>
    /// Where the notes of this user are: in the folder of the user's data, else among temporary files; null where
    /// neither can be written.
    /// </summary>
    public static string? DefaultFolder()
    {
        const Environment.SpecialFolder kind = Environment.SpecialFolder.LocalApplicationData;
        string data = Environment.GetFolderPath(kind, Environment.SpecialFolderOption.DoNotVerify);
        string mine = ClosedFolder.PlainName("mbmix-" + Environment.UserName);
        string[] places = [data, Path.Combine(Path.GetTempPath(), mine)];
        foreach (string place in places.Where(Path.IsPathFullyQualified))
        {
            string folder = Path.Combine(place, "mbmix");
            try
            {
                // for this user only: others may read the names of temporary folders
                const UnixFileMode user = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
                else Directory.CreateDirectory(folder, user);
                // a folder that is there need not be one to write to
                string probe = Path.Combine(folder, Path.GetRandomFileName());
                File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
                return folder;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // the next place
            }
        }
        return null;
    }

    /// <summary>Begins a note of this process; null where that cannot be written.</summary>
    public static LoadNote? TryBegin(string folder)
    {
        try
        {
            string path = Path.Combine(folder, Prefix + Path.GetRandomFileName() + Extension);
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            return new LoadNote(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Takes away the notes of processes that are gone.</summary>
    /// <returns>The plugins they were loading, each once.</returns>
    public static IReadOnlyList<string> TakeLeft(string folder)
    {
        var plugins = new SortedSet<string>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return [];
        foreach (string path in Directory.EnumerateFiles(folder, Prefix + "*" + Extension))
        {
            if (FileProbe.KindOf(path) != FileKind.Regular) continue;
            try
            {
                using var note = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                byte[] content = new byte[Math.Min(note.Length, MaximumBytes)];
                int read = note.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
                string plugin = Encoding.UTF8.GetString(content.AsSpan(0, read));
                // while the lock is held, so that two starts do not both report it
                File.Delete(path);
                if (plugin.Length > 0) plugins.Add(plugin);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // its process is at work, or another start has just taken it
            }
        }
        return [.. plugins];
    }

    /// <summary>Writes down which plugin is being loaded.</summary>
    public void Write(string plugin)
    {
        try
        {
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(plugin));
            file.Flush();
        }
        catch (IOException)
        {
            // a note is a courtesy; a full disk is reported by what matters
        }
    }

    /// <summary>Loading has ended: the note goes away.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // an empty note says nothing
            Write("");
        }
        file.Dispose();
    }
}

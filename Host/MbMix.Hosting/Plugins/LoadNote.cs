using System.Text;

namespace MbMix.Hosting;

/// <summary>
/// A file that says which plugin a process is loading. It is deleted when loading succeeds; if a plugin takes the
/// process down, the file stays and the next start reads it. A process holds a lock on its note, so that the note of a
/// running process is not mistaken for that of a dead one.
/// </summary>
internal sealed class LoadNote : IDisposable
{
    private const string Prefix = "loading-", Extension = ".note";
    private const int MaximumBytes = 4096;

    private readonly FileStream file;

    private LoadNote(FileStream file) => this.file = file;

    /// <summary>
    /// Finds the folder for this user's notes: in the user's data folder, or else among temporary files; null if
    /// neither can be written.
    /// </summary>
    public static string? DefaultFolder()
    {
        const Environment.SpecialFolder kind = Environment.SpecialFolder.LocalApplicationData;
        string data = Environment.GetFolderPath(kind, Environment.SpecialFolderOption.DoNotVerify);
        string mine = ClosedFolder.PlainName("mbmix-" + UserName());
        string[] places = [data, Path.Combine(Path.GetTempPath(), mine)];
        foreach (string place in places.Where(Path.IsPathFullyQualified))
        {
            string folder = Path.Combine(place, "mbmix");
            try
            {
                // only this user gets access, because others can see the names of temporary folders
                const UnixFileMode user = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
                else Directory.CreateDirectory(folder, user);
                // an existing folder may not be writable
                string probe = Path.Combine(folder, Path.GetRandomFileName());
                File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
                return folder;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // try the next place
            }
        }
        return null;
    }

    // containers run programs as users that have a number alone
    private static string UserName()
    {
        try
        {
            return Environment.UserName;
        }
        catch (IOException)
        {
            return "unnamed";
        }
    }

    /// <summary>Creates a note of this process; null if it cannot be written.</summary>
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

    /// <summary>Removes the notes of processes that have ended.</summary>
    /// <returns>The plugins that those processes were loading, without duplicates.</returns>
    public static IReadOnlyList<string> TakeLeft(string folder)
    {
        var plugins = new SortedSet<string>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return [];
        foreach (string path in Directory.EnumerateFiles(folder, Prefix + "*" + Extension))
        {
            if (FileProbe.KindOf(path) != FileKind.Regular) continue;
            try
            {
                // deleted before its lock ends, so that two starts do not both report it; Windows deletes an open file
                // only if it was opened for that
                using var note = new FileStream(
                    path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                byte[] content = new byte[Math.Min(note.Length, MaximumBytes)];
                int read = note.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
                string plugin = Encoding.UTF8.GetString(content.AsSpan(0, read));
                if (plugin.Length > 0) plugins.Add(plugin);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // the note's process is still running, or another start has just removed the note
            }
        }
        return [.. plugins];
    }

    /// <summary>Records which plugin is being loaded.</summary>
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
            // notes are optional; a full disk is reported elsewhere
        }
    }

    /// <summary>Deletes the note after loading.</summary>
    public void Dispose()
    {
        // an empty note is ignored; Windows does not delete what is open
        Write("");
        file.Dispose();
        try
        {
            File.Delete(file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next start takes it
        }
    }
}

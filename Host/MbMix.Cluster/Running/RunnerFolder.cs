using System.Diagnostics;
using System.Globalization;

namespace MbMix.Cluster;

/// <summary>
/// The folder of a runner: runs at work, plugins and files that have travelled, and a note about each process that it
/// has started, so that the next start ends what a killed runner has left behind.
/// </summary>
internal sealed class RunnerFolder : IDisposable
{
    // less than this, and a run would end in the middle of a checkpoint
    private const long LeastRoom = 128 << 20;

    private const string LockName = "join.lock";

    private readonly string folder;
    private readonly FileStream held;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="MbMixException">Another runner has it.</exception>
    public RunnerFolder(string path)
    {
        folder = Path.GetFullPath(path);
        OwnFolder.Require(folder, LockName, "runner");
        try
        {
            held = new FileStream(
                Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new MbMixException(
                $"{OneLine.Path(folder)} is in use by another runner: end it, or choose another folder.", e);
        }
        Directory.CreateDirectory(Notes);
        foreach (string note in Directory.GetFiles(Notes)) EndLeft(note);
        // what was at work is continued from what the coordinator has
        foreach (string part in new[] { Runs, Path.Combine(folder, "files") })
        {
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        }
        Directory.CreateDirectory(Runs);
        Files = new BlobStore(Path.Combine(folder, "files"), lasting: false);
    }

    /// <summary>Files by content.</summary>
    public BlobStore Files { get; }

    /// <summary>Folder of the runs at work.</summary>
    public string Runs => Path.Combine(folder, "runs");

    /// <summary>Folder of the plugins that have travelled.</summary>
    public string Plugins => Path.Combine(folder, "plugins");

    /// <summary>Says in one line that the disk is full; null if it is not.</summary>
    public string? Shortage()
    {
        try
        {
            long free = new DriveInfo(folder).AvailableFreeSpace;
            return free >= LeastRoom ? null : FormattableString.Invariant(
                $"{OneLine.Path(folder)} has {free >> 20} MiB left, and {LeastRoom >> 20} are needed");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // some file systems tell nothing
            return null;
        }
    }

    private string Notes => Path.Combine(folder, "processes");

    /// <summary>Notes that a process was started.</summary>
    public void Began(Process process) => File.WriteAllText(
        NoteOf(process.Id), process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture));

    /// <summary>Notes that a process has ended.</summary>
    public void Ended(int process) => File.Delete(NoteOf(process));

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private static void EndLeft(string note)
    {
        try
        {
            int id = int.Parse(Path.GetFileName(note), CultureInfo.InvariantCulture);
            long start = long.Parse(File.ReadAllText(note), CultureInfo.InvariantCulture);
            using var process = Process.GetProcessById(id);
            // the number may belong to somebody else by now
            if (Math.Abs(process.StartTime.ToUniversalTime().Ticks - start) < TimeSpan.TicksPerSecond)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException
            or System.ComponentModel.Win32Exception)
        {
            // it has ended, or the note was cut off by the kill
        }
        File.Delete(note);
    }

    private string NoteOf(int process) => Path.Combine(Notes, process.ToString(CultureInfo.InvariantCulture));
}

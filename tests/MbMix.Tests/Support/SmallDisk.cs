using System.Diagnostics;

namespace MbMix.Tests.Support;

/// <summary>A file system of its own that can be filled to the last byte; only where the tests may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Mounts it, or skips the running test.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="size">Its size [MiB].</param>
    public static SmallDisk Mount(string folder, int size)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs Linux and root, to mount a small disk");
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={size}m", "mbmix-test", folder), "cannot mount a small disk here");
        return new SmallDisk(folder);
    }

    /// <summary>Leaves no room.</summary>
    public void Fill()
    {
        byte[] much = new byte[1 << 20];
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (int length in new[] { much.Length, 4096 })
        {
            try
            {
                while (true) file.Write(much, 0, length);
            }
            catch (IOException)
            {
                // full
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose() => Run("umount", "-l", folder);

    private string Filler => Path.Combine(folder, "filler");

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

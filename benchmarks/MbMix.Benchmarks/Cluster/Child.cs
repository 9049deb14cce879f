using System.Diagnostics;

namespace MbMix.Benchmarks.Cluster;

/// <summary>A process with its output in a file, that can be killed and started again.</summary>
internal sealed class Child(string[] line, string folder, string log) : IDisposable
{
    private Process? process;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => process is null || process.HasExited;

    /// <summary>Its exit code.</summary>
    public int ExitCode => process?.ExitCode ?? -1;

    /// <summary>Resident memory [MB].</summary>
    public double Memory
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts it.</summary>
    public void Start()
    {
        string quoted = string.Join(' ', line.Select(a => $"'{a}'"));
        // the shell is replaced, so a kill meets the command itself
        process = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec {quoted} >>'{log}' 2>&1"])
        {
            WorkingDirectory = folder,
        })!;
    }

    /// <summary>Kills it alone: what it has started goes on.</summary>
    public void Kill()
    {
        if (HasExited) return;
        process!.Kill();
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    /// <summary>Asks it to end, and kills it if it does not.</summary>
    public void End()
    {
        if (HasExited) return;
        using (var kill = Process.Start("kill", ["-TERM", $"{process!.Id}"])) kill.WaitForExit();
        if (!process.WaitForExit(20_000)) process.Kill(entireProcessTree: true);
    }

    public void Dispose()
    {
        End();
        process?.Dispose();
    }
}

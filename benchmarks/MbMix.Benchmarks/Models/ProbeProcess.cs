using System.Collections.Concurrent;
using System.Diagnostics;

namespace MbMix.Benchmarks.Models;

/// <summary>A child process that probes model files, started again when one ends it or takes too long.</summary>
/// <param name="limit">Time for one file.</param>
internal sealed class ProbeProcess(TimeSpan limit) : IDisposable
{
    private readonly ConcurrentQueue<string> errors = [];
    private Process? process;

    /// <summary>Probes one file.</summary>
    /// <returns>
    /// <c>loaded</c>, <c>library</c> or <c>ours</c> (who refuses it), <c>crashed</c>, <c>crashed without checks</c>,
    /// <c>slow</c>; and the reason.
    /// </returns>
    public (string Outcome, string Reason) Probe(string file)
    {
        process ??= Start();
        string reason = string.Empty;
        bool asking = false;
        try
        {
            process.StandardInput.WriteLine(file);
            process.StandardInput.Flush();
            while (true)
            {
                var line = process.StandardOutput.ReadLineAsync();
                if (!line.Wait(limit)) return End(asking ? "slow without checks" : "slow", reason);
                if (line.Result is not { } text) break;
                if (!text.StartsWith(ModelProbe.Mark, StringComparison.Ordinal)) continue;
                var words = text[ModelProbe.Mark.Length..].Split('\t', 2);
                if (words[0] != ModelProbe.Asking) return (words[0], words[1]);
                (asking, reason) = (true, words[1]);
            }
        }
        catch (IOException)
        {
            // it ended before it read the name
        }
        return End(asking ? "crashed without checks" : "crashed", reason);
    }

    public void Dispose()
    {
        if (process is not null) End(string.Empty, string.Empty);
    }

    private Process Start()
    {
        // the program is dotnet itself when it was started as `dotnet MbMix.Benchmarks.dll`
        string program = Environment.ProcessPath!;
        string[] first = Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [typeof(ProbeProcess).Assembly.Location]
            : [];
        errors.Clear();
        var started = System.Diagnostics.Process.Start(new ProcessStartInfo(program, [.. first, "mujoco-probe"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        // what nobody reads would block it in the end
        started.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrWhiteSpace(line.Data) && errors.Count < 1000) errors.Enqueue(line.Data.Trim());
        };
        started.BeginErrorReadLine();
        return started;
    }

    private (string, string) End(string outcome, string reason)
    {
        var ended = process!;
        process = null;
        if (!ended.HasExited) ended.Kill();
        ended.WaitForExit();
        if (outcome.StartsWith("crashed", StringComparison.Ordinal) && reason.Length == 0)
            reason = $"exit code {ended.ExitCode}: {errors.LastOrDefault(IsTelling)}";
        ended.Dispose();
        return (outcome, reason);
    }

    // not the stack trace that follows
    private static bool IsTelling(string line) => !line.StartsWith("at ", StringComparison.Ordinal);
}

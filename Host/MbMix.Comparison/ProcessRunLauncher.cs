using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MbMix.Comparison;

/// <summary>
/// Runs each command as a separate process. On Linux, the process gets its own session, so that Ctrl-C reaches it only
/// once, through <c>stop</c>. Otherwise the terminal would deliver a second signal, which means to end at once. The
/// process is stopped with SIGTERM, because processes that a script has started in the background ignore SIGINT.
/// </summary>
public sealed partial class ProcessRunLauncher : IRunLauncher
{
    private const int Terminate = 15;
    private const string Nice = "/usr/bin/nice";
    private static readonly string? SetSid = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);
    private readonly IReadOnlyList<string> program;

    /// <summary>Creates a launcher for a program.</summary>
    /// <param name="program">Path of the program, followed by its leading arguments.</param>
    public ProcessRunLauncher(params IReadOnlyList<string> program)
    {
        this.program = program;
    }

    /// <summary>Opens the log of a run for appending.</summary>
    internal Func<string, Stream> OpenLog { get; init; } = ProcessLog.Open;

    /// <summary>Creates a launcher for the program that is running now.</summary>
    /// <param name="background">Whether its processes give way to all others.</param>
    public static ProcessRunLauncher ForThisProgram(bool background = false)
    {
        string host = Environment.ProcessPath
            ?? throw new MbMixException("the path of the running program is unknown, so no runs can be started.");
        bool muxer = Path.GetFileNameWithoutExtension(host) == "dotnet";
        string[] program = muxer ? [host, Environment.GetCommandLineArgs()[0]] : [host];
        return new ProcessRunLauncher(background && File.Exists(Nice) ? [Nice, "-n", "19", .. program] : program);
    }

    /// <inheritdoc/>
    public string CommandLine(IReadOnlyList<string> arguments) =>
        string.Join(' ', program.Concat(arguments).Select(Quote));

    /// <inheritdoc/>
    public async Task<RunExit> RunAsync(
        IReadOnlyList<string> arguments, string logFile, CancellationToken stop, CancellationToken abort)
    {
        Stream? stream = null;
        ReportFile.Try(logFile, "written", () => stream = OpenLog(logFile));
        using var log = new ProcessLog(logFile, stream!);
        log.WriteLine("$ " + CommandLine(arguments));
        if (log.Failure is { } unwritable) throw unwritable;

        using var process = new Process { StartInfo = StartInfo(arguments) };
        var words = new LastWords();
        object gate = new();
        bool ending = false;
        void Take(string? line, bool error)
        {
            if (line is null) return;
            lock (gate)
            {
                if (error) words.Hear(line);
                log.WriteLine(line);
                if (log.Failure is null || ending) return;
                // a run whose output is lost saves and ends
                ending = true;
                End(process);
            }
        }
        process.OutputDataReceived += (_, e) => Take(e.Data, error: false);
        process.ErrorDataReceived += (_, e) => Take(e.Data, error: true);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new MbMixException($"{program[0]} could not be started: {e.Message}", e);
        }
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using (stop.Register(() => Stop(process)))
        using (abort.Register(() => Abort(process)))
        {
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        if (log.Failure is { } failure) throw failure;
        return new RunExit(process.ExitCode, words.Text);
    }

    /// <summary>Quotes an argument for a POSIX shell.</summary>
    internal static string Quote(string argument)
    {
        bool plain = argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c));
        return plain ? argument : "'" + argument.Replace("'", "'\\''") + "'";
    }

    private ProcessStartInfo StartInfo(IReadOnlyList<string> arguments)
    {
        var whole = program.Concat(arguments);
        if (SetSid is not null) whole = whole.Prepend(SetSid);
        return new ProcessStartInfo(whole.First(), whole.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
    }

    private static void Stop(Process process)
    {
        if (OperatingSystem.IsWindows() || process.HasExited) return;

        // without its own session, the process already gets the terminal's signal
        if (SetSid is null && !Console.IsInputRedirected) return;
        _ = Kill(process.Id, Terminate);
    }

    private static void End(Process process)
    {
        if (OperatingSystem.IsWindows()) Abort(process);
        else if (!process.HasExited) _ = Kill(process.Id, Terminate);
    }

    private static void Abort(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // the process has ended in the meantime
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

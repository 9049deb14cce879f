using System.Diagnostics;

namespace MbMix.Comparison;

/// <summary>
/// Runs each command as a separate process, out of reach of the terminal's Ctrl-C where the system allows it (a
/// session of its own on Linux, a process group on Windows): it reaches the process only once, through <c>stop</c>.
/// Otherwise the terminal would deliver a second signal, which means to end at once.
/// </summary>
public sealed class ProcessRunLauncher : IRunLauncher
{
    private readonly IReadOnlyList<string> program;
    private readonly bool background;

    /// <summary>Creates a launcher for a program.</summary>
    /// <param name="program">Path of the program, followed by its leading arguments.</param>
    public ProcessRunLauncher(params IReadOnlyList<string> program)
        : this(program, background: false)
    {
    }

    private ProcessRunLauncher(IReadOnlyList<string> program, bool background)
    {
        this.program = program;
        this.background = background;
    }

    /// <summary>Opens the log of a run for appending.</summary>
    internal Func<string, Stream> OpenLog { get; init; } = ProcessLog.Open;

    /// <summary>Is told of each process that was started.</summary>
    internal Action<Process>? Started { get; init; }

    /// <summary>Returns the same launcher, which also tells somebody of each process that it starts.</summary>
    internal ProcessRunLauncher Watched(Action<Process> started) =>
        new(program, background) { OpenLog = OpenLog, Started = started };

    /// <summary>Creates a launcher for the program that is running now.</summary>
    /// <param name="background">Whether its processes give way to all others.</param>
    public static ProcessRunLauncher ForThisProgram(bool background = false)
    {
        string host = Environment.ProcessPath
            ?? throw new MbMixException("the path of the running program is unknown, so no runs can be started.");
        bool muxer = Path.GetFileNameWithoutExtension(host) == "dotnet";
        string[] program = muxer ? [host, Environment.GetCommandLineArgs()[0]] : [host];
        return new ProcessRunLauncher(program, background);
    }

    /// <inheritdoc/>
    public string CommandLine(IReadOnlyList<string> arguments) =>
        string.Join(' ', program.Concat(arguments).Select(Platform.Quote));

    /// <inheritdoc/>
    public async Task<RunExit> RunAsync(
        IReadOnlyList<string> arguments, string logFile, CancellationToken stop, CancellationToken abort)
    {
        Stream? stream = null;
        ReportFile.Try(logFile, "written", () => stream = OpenLog(logFile));
        using var log = new ProcessLog(logFile, stream!);
        log.WriteLine("$ " + CommandLine(arguments));
        if (log.Failure is { } unwritable) throw unwritable;

        using var process = new Process { StartInfo = Platform.StartInfo([.. program, .. arguments], background) };
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
                Platform.End(process);
            }
        }
        process.OutputDataReceived += (_, e) => Take(e.Data, error: false);
        process.ErrorDataReceived += (_, e) => Take(e.Data, error: true);
        try
        {
            process.Start();
            Platform.Started(process, background);
            Started?.Invoke(process);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new MbMixException($"{program[0]} could not be started: {e.Message}", e);
        }
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using (stop.Register(() => Platform.Stop(process)))
        using (abort.Register(() => Platform.Abort(process)))
        {
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        if (log.Failure is { } failure) throw failure;
        return new RunExit(process.ExitCode, words.Text);
    }
}

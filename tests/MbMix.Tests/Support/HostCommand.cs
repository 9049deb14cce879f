using System.Diagnostics;
using MbMix.Tests.Plugin;

namespace MbMix.Tests.Support;

/// <summary>The built <c>mbmix</c> command, with the test plugin in a folder. It owns the processes it begins, and ends those that a failed test left.</summary>
internal sealed class HostCommand : IDisposable
{
    private readonly HostFolder folder = new();
    private readonly List<Process> begun = [];

    public HostCommand()
    {
        Plugins = Directory.CreateDirectory(folder["plugins"]).FullName;
        string plugin = Directory.CreateDirectory(Path.Combine(Plugins, "Tests.Plugin")).FullName;
        string assembly = typeof(TestPlugin).Assembly.Location;
        File.Copy(assembly, Path.Combine(plugin, Path.GetFileName(assembly)));
    }

    public string Plugins { get; }

    public string this[string name] => folder[name];

    // tests/MbMix.Tests/bin/CONFIGURATION/FRAMEWORK beside Host/MbMix.Cli/bin/CONFIGURATION/FRAMEWORK
    private static string Executable
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
            string name = OperatingSystem.IsWindows() ? "mbmix.exe" : "mbmix";
            string path = Path.Combine(root, "Host", "MbMix.Cli", "bin", output.Parent.Name, output.Name, name);
            return File.Exists(path) ? path : throw new FileNotFoundException("build Host/MbMix.Cli first", path);
        }
    }

    public Process Begin(params string[] arguments) => Start(Executable, arguments);

    /// <summary>Begins with the default answer to Ctrl-C; a program started in the background inherits that it is ignored.</summary>
    public Process BeginInterruptible(params string[] arguments) =>
        BeginProgram("env", ["--default-signal=INT,HUP", Executable, .. arguments]);

    /// <summary>Begins another program with the settings of the command, such as a shell that starts it.</summary>
    public Process BeginProgram(string program, params string[] arguments)
    {
        Posix.Require();
        return Start(program, arguments);
    }

    /// <summary>Runs with a limit on the number of open files.</summary>
    public HostCommandResult RunWithOpenFiles(int files, params string[] arguments) =>
        Finish(BeginProgram("bash", ["-c", $"ulimit -n {files}; exec \"$@\"", "bash", Executable, .. arguments]));

    /// <summary>Begins with a standard input that the test writes.</summary>
    public Process BeginWithInput(params string[] arguments) => Start(Executable, arguments, input: true);

    private Process Start(string program, string[] arguments, bool input = false)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = input, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        start.Environment["MBMIX_PLUGINS"] = Plugins;
        // notes about starts that ended early stay with the test
        start.Environment["XDG_DATA_HOME"] = folder["data"];
        var process = Process.Start(start)!;
        begun.Add(process);
        return process;
    }

    /// <summary>Notes of starts that ended while a plugin was loaded.</summary>
    public string[] Notes =>
        Directory.Exists(folder["data"]) ? Directory.GetFiles(folder["data"], "*.note", SearchOption.AllDirectories)
            : [];

    public HostCommandResult Run(params string[] arguments) => Finish(Begin(arguments));

    /// <summary>Waits for the end; a process that does not end is killed, and its exit code says so.</summary>
    public static HostCommandResult Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Shell.Patience)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return new HostCommandResult(process.ExitCode, output.Result, error.Result.Trim());
    }

    /// <summary>The next line of the errors; a process that stays silent is killed.</summary>
    public static string? ReadErrorLine(Process process)
    {
        var line = process.StandardError.ReadLineAsync();
        if (line.Wait(Shell.Patience)) return line.Result;
        process.Kill();
        throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} said nothing more.");
    }

    public void Dispose()
    {
        foreach (var process in begun)
        {
            Shell.End(process);
            process.Dispose();
        }
        folder.Dispose();
    }
}

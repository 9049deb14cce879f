using System.Diagnostics;
using System.Text;
using MbMix.Tests.Plugin;

namespace MbMix.Tests.Support;

/// <summary>The built <c>mbmix</c> command, with the test plugin in a folder.</summary>
internal sealed class HostCommand : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly HostFolder folder = new();

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

    public Process Begin(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        start.Environment["MBMIX_PLUGINS"] = Plugins;
        return Process.Start(start)!;
    }

    public HostCommandResult Run(params string[] arguments)
    {
        using var process = Begin(arguments);
        return Finish(process);
    }

    public static HostCommandResult Finish(Process process)
    {
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, e) => error.AppendLine(e.Data);
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience)) process.Kill();
        process.WaitForExit();
        return new HostCommandResult(process.ExitCode, output, error.ToString().Trim());
    }

    public void Dispose() => folder.Dispose();
}

using System.Diagnostics;
using System.Globalization;

namespace MbMix.Tests.Support;

/// <summary>Runs programs as a person would.</summary>
internal static class Shell
{
    /// <summary>How long a test waits for a process or for something it does, before it fails: the machine may be slow and busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Root of the repository: tests/MbMix.Tests/bin/CONFIGURATION/FRAMEWORK is five levels below it.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    /// <summary>Configuration these tests were built in.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Folder of the built host.</summary>
    public static string Host { get; } = Path.Combine(Root, "Host", "MbMix.Cli", "bin", Configuration, new DirectoryInfo(AppContext.BaseDirectory).Name);

    /// <summary>The <c>mbmix</c> command.</summary>
    public static string MbMix { get; } = Path.Combine(Host, OperatingSystem.IsWindows() ? "mbmix.exe" : "mbmix");

    /// <summary>Starts a program whose output is collected.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string? folder = null, params (string Name, string Value)[] environment)
    {
        if (program is "sh" or "bash") Posix.Require();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Root,
        };

        // a build that keeps servers running would outlive the test
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for the end of a program.</summary>
    public static async Task<ShellResult> FinishAsync(Process process)
    {
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} did not end.");
        }
    }

    /// <summary>Sends a signal, such as <c>INT</c>.</summary>
    public static void Signal(Process process, string signal)
    {
        Posix.Require();
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Ends what a failed test left running.</summary>
    public static void End(Process process)
    {
        if (process.HasExited) return;
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ShellResult> RunAsync(string program, IEnumerable<string> arguments, string? folder = null, params (string Name, string Value)[] environment)
    {
        using var process = Start(program, arguments, folder, environment);
        return await FinishAsync(process);
    }
}

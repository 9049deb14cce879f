using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace MbMix.Comparison;

/// <summary>
/// What differs between systems when processes are started and stopped. Everything here asks for the system, and for a
/// file only where a system may lack it: images of Linux without <c>setsid</c> or <c>nice</c> are common.
/// </summary>
internal static partial class Platform
{
    private const int Terminate = 15;
    private const uint ControlBreak = 1;
    private const string Plain = "-_./=:,+@%";

    // a session of its own, so that the terminal's Ctrl-C does not reach a child beside what Stop sends
    private static readonly string? SetSid = OperatingSystem.IsLinux() ? Find("setsid") : null;
    private static readonly string? Nice = OperatingSystem.IsWindows() ? null : Find("nice");

    /// <summary>
    /// Whether children are out of reach of the terminal's signals, so that only <see cref="Stop"/> stops them.
    /// </summary>
    private static bool Apart => OperatingSystem.IsWindows() || SetSid is not null;

    /// <summary>How to start a child whose output is read.</summary>
    /// <param name="words">Path of the program, followed by its arguments.</param>
    /// <param name="background">Whether the child gives way to all others.</param>
    public static ProcessStartInfo StartInfo(IReadOnlyList<string> words, bool background)
    {
        string[] low = background && Nice is not null ? [Nice, "-n", "19"] : [];
        string[] all = [.. SetSid is null ? (string[])[] : [SetSid], .. low, .. words];
        var info = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (OperatingSystem.IsWindows()) info.CreateNewProcessGroup = true;
        return info;
    }

    /// <summary>
    /// What is left to do once the child runs: on Windows, it is to end with this process, and to give way to others.
    /// </summary>
    public static void Started(Process process, bool background)
    {
        if (!OperatingSystem.IsWindows()) return;
        _ = ChildJob.Add(process);
        if (!background) return;
        try
        {
            process.PriorityClass = ProcessPriorityClass.Idle;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // it has ended already
        }
    }

    /// <summary>
    /// Asks a child to save and end, unless the terminal has already done so: with SIGTERM, because processes that a
    /// script has started in the background ignore SIGINT; on Windows with Ctrl-Break, which reaches a whole group, or
    /// without a console with <see cref="StopEvent"/>.
    /// </summary>
    public static void Stop(Process process)
    {
        if (Apart || Console.IsInputRedirected) End(process);
    }

    /// <summary>Asks a child to save and end.</summary>
    public static void End(Process process)
    {
        if (process.HasExited) return;
        if (!OperatingSystem.IsWindows()) _ = Kill(process.Id, Terminate);
        else if (!GenerateConsoleCtrlEvent(ControlBreak, (uint)process.Id) && !StopEvent.Set(process.Id)) Abort(process);
    }

    /// <summary>Ends a child and its children at once.</summary>
    public static void Abort(Process process)
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

    /// <summary>Quotes an argument for the shell of this system.</summary>
    public static string Quote(string argument) =>
        OperatingSystem.IsWindows() ? ForWindows(argument) : ForPosix(argument);

    /// <summary>Quotes an argument for a POSIX shell.</summary>
    internal static string ForPosix(string argument) =>
        IsPlain(argument, Plain) ? argument : "'" + argument.Replace("'", "'\\''") + "'";

    /// <summary>
    /// Quotes an argument for the shells of Windows: in double quotes, in which programs read backslashes as such
    /// unless a quote follows them.
    /// </summary>
    internal static string ForWindows(string argument)
    {
        if (IsPlain(argument, Plain.Replace("%", "") + "\\")) return argument;
        var text = new StringBuilder("\"");
        int slashes = 0;
        foreach (char c in argument)
        {
            if (c == '"') text.Append('\\', slashes + 1);
            slashes = c == '\\' ? slashes + 1 : 0;
            text.Append(c);
        }
        return text.Append('\\', slashes).Append('"').ToString();
    }

    private static bool IsPlain(string argument, string others) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || others.Contains(c));

    private static string? Find(string program) =>
        new[] { "/usr/bin/", "/bin/" }.Select(folder => folder + program).FirstOrDefault(File.Exists);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint kind, uint group);
}

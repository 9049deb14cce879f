using System.Diagnostics;
using System.Runtime.InteropServices;
using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit.Comparison;

/// <summary>How commands are quoted and started on each system.</summary>
public sealed class PlatformTests
{
    [Theory]
    [InlineData("runs/a-1", "runs/a-1", "runs/a-1")]
    [InlineData("", "''", "\"\"")]
    [InlineData("two words", "'two words'", "\"two words\"")]
    [InlineData("algo.hidden=[16]", "'algo.hidden=[16]'", "\"algo.hidden=[16]\"")]
    [InlineData("it's", "'it'\\''s'", "\"it's\"")]
    [InlineData("50%", "50%", "\"50%\"")]
    [InlineData(@"C:\runs\a", @"'C:\runs\a'", @"C:\runs\a")]
    [InlineData(@"C:\my runs\", @"'C:\my runs\'", """
        "C:\my runs\\"
        """)]
    [InlineData("""say "no\" """, """
        'say "no\" '
        """, """
        "say \"no\\\" "
        """)]
    public void Arguments_are_quoted_for_the_shell(string argument, string posix, string windows)
    {
        Assert.Equal(posix, Platform.ForPosix(argument));
        Assert.Equal(windows, Platform.ForWindows(argument));
    }

    [Fact]
    public async Task A_shell_reads_back_what_was_quoted()
    {
        string[] arguments = ["plain", "", "two words", "it's", "a\"b", "$HOME `id` \\", "*", "[1]", "new\nline"];
        string line = string.Join(' ', arguments.Select(Platform.ForPosix));
        var result = await Shell.RunAsync("sh", ["-c", "printf '%s\\0' " + line]);
        Assert.Equal(arguments, result.Output.Split('\0')[..^1]);
    }

    [Fact]
    public void The_limits_of_a_job_are_laid_out_as_Windows_reads_them()
    {
        Assert.Equal(144, Marshal.SizeOf<JobLimits>());
        Assert.Equal(16, Marshal.OffsetOf<JobLimits>(nameof(JobLimits.Flags)));
    }

    [Fact]
    public void A_background_child_gives_way_and_a_stopped_one_ends()
    {
        Posix.Require();
        using var process = new Process { StartInfo = Platform.StartInfo(["sleep", "100"], background: true) };
        process.Start();
        Platform.Started(process, background: true);
        // setsid and nice become the program that they start
        SpinWait.SpinUntil(() => Nice(process.Id) == 19, Shell.Patience);
        Assert.Equal(19, Nice(process.Id));
        Platform.End(process);
        Assert.True(process.WaitForExit(Shell.Patience));
        Assert.Equal(128 + 15, process.ExitCode);
        Platform.End(process);
        Platform.Abort(process);

        // the 19th field; the second one, in parentheses, may contain spaces
        static int Nice(int id)
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}

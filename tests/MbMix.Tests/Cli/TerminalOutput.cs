using System.Text.RegularExpressions;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>What the command prints to terminals, pipes and scripts.</summary>
public sealed partial class TerminalOutput : IDisposable
{
    private readonly HostCommand mbmix = new();

    private string[] Train(string folder, int budget = 640) =>
        ["train", "point", "--algo", "ascent", "--budget", $"{budget}", "--out", mbmix[folder]];

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void Quiet_leaves_the_result_alone()
    {
        var train = mbmix.Run([.. Train("a"), "--quiet"]);
        Assert.Equal((0, ""), (train.ExitCode, train.Error));
        Assert.Matches("^evaluation return: -?[0-9.]+\n$", train.Output);
        var again = mbmix.Run("train", "--resume", mbmix["a"], "--quiet");
        Assert.Equal((0, train.Output), (again.ExitCode, again.Output));
        var eval = mbmix.Run("eval", mbmix["a"], "--quiet");
        Assert.Equal((0, train.Output), (eval.ExitCode, eval.Output));

        var compare = mbmix.Run("compare", "--env", "point", "--algo", "ascent", "--seeds", "2", "--budget", "640", "--quiet", "--out", mbmix["c"]);
        Assert.Equal(0, compare.ExitCode);
        Assert.StartsWith("## point\n", compare.Output, StringComparison.Ordinal);
        Assert.Equal($"report: {mbmix["c"]}", compare.LastLine);
        var failing = mbmix.Run("compare", "--env", "point", "--algo", "ascent", "--seeds", "1", "--set", "algo.throwAt=2", "--quiet", "--out", mbmix["d"]);
        Assert.Equal(1, failing.ExitCode);
        Assert.Contains("point ascent seed 0: failed:", failing.Error, StringComparison.Ordinal);

        var report = mbmix.Run("report", mbmix["c"], "--quiet");
        Assert.Equal((0, $"report: {mbmix["c/report.html"]}\n"), (report.ExitCode, report.Output));
    }

    [Fact]
    public void A_pipe_gets_plain_lines()
    {
        var result = mbmix.Run(Train("a"));
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain('\e', result.Output);
        Assert.StartsWith("training test/ascent-v1 on test/point-v1", result.Output, StringComparison.Ordinal);
        Assert.Contains("steps/s, ", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-uNO_COLOR", true)]
    [InlineData("NO_COLOR=1", false)]
    public void A_terminal_gets_a_curve_and_colors_unless_they_are_not_wanted(string variable, bool colored)
    {
        var result = InTerminal(100, variable, Train("a"));
        Assert.Equal(colored, Color().IsMatch(result.Output));
        Assert.Matches("[▁▂▃▄▅▆▇█]{2}", result.Output);
        Assert.Contains(" steps/s, ", result.Output, StringComparison.Ordinal);
        Assert.Contains(" to go", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(40)]
    [InlineData(20)]
    [InlineData(12)]
    public void The_bar_and_the_curve_of_a_training_fit_the_terminal(int columns)
    {
        var result = InTerminal(columns, "NO_COLOR=1", Train("a", budget: 64_000));
        string[] lines = Sequence().Replace(result.Output, "").Split('\n', '\r');
        Assert.All(lines.TakeWhile(l => !l.StartsWith("trained", StringComparison.Ordinal)), l => Assert.InRange(l.TrimEnd().Length, 0, columns));
        // of the last picture
        string[] last = [.. lines.Skip(Array.FindLastIndex(lines, l => l.StartsWith("training", StringComparison.Ordinal))).Where(l => l.Length > 0)];
        Assert.Single(last, l => l.Contains("100 %", StringComparison.Ordinal) && l.Contains('█', StringComparison.Ordinal));
        int curve = Array.FindIndex(last, l => l.StartsWith("return", StringComparison.Ordinal));
        Assert.Single(last[curve..], l => Curve().IsMatch(l));
        Assert.Equal(2, last.Count(l => Curve().IsMatch(l)));
        Assert.Contains(last, l => l.StartsWith("folder", StringComparison.Ordinal));
    }

    private HostCommandResult InTerminal(int columns, string variable, string[] arguments)
    {
        string command = string.Join(' ', arguments.Select(a => $"'{a}'"));
        var process = mbmix.BeginProgram(
            "env", variable, "TERM=xterm-256color", $"COLUMNS={columns}", "script", "-qec", $"stty cols {columns} rows 60; {Shell.MbMix} {command}", "/dev/null");
        var result = HostCommand.Finish(process);
        Assert.Equal(0, result.ExitCode);
        return result;
    }

    [GeneratedRegex("[▁▂▃▄▅▆▇█]")]
    private static partial Regex Curve();

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Sequence();

    // the sequences that set a color of the foreground or of the background
    [GeneratedRegex(@"\e\[([0-9;]*;)?(3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")]
    private static partial Regex Color();
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cluster.Contract;

/// <summary>What the terminal that has submitted runs shows of them.</summary>
public sealed partial class ClusterProgress : IDisposable
{
    private readonly ClusterProcesses cluster = new();

    public ClusterProgress() => Posix.Require();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_terminal_shows_steps_and_time_to_go_and_may_leave_and_attach_again()
    {
        cluster.Serve();
        await cluster.ReadyAsync();
        cluster.Join("one");
        string[] compare = Compare("far", 2, 200_000_000);
        var first = cluster.Begin(compare);
        Assert.DoesNotContain("attached", await LineAsync(first, Known()), StringComparison.Ordinal);
        Shell.Signal(first, "INT");
        var left = await Shell.FinishAsync(first);
        Assert.Equal(130, left.Code);
        Assert.DoesNotContain(left.OutputLines, l => l.Contains("checkpoint", StringComparison.Ordinal));
        Assert.Contains("left: the cluster goes on, and the same command waits for its runs again.", left.ErrorLines);

        var status = await cluster.RunAsync("cluster", "status", cluster.Address);
        Assert.Contains(status.OutputLines, l => Status().IsMatch(l));
        Assert.Contains(status.OutputLines, l => l.StartsWith("runner one: 1 run on 1 of 1 core, heard of ", StringComparison.Ordinal));

        var again = cluster.Begin(compare);
        Assert.NotNull(await LineAsync(again, Attached()));
        Assert.NotNull(await LineAsync(again, Known()));
    }

    [Fact]
    public async Task A_table_in_a_terminal_has_the_steps_of_runs_at_work_and_quiet_has_nothing()
    {
        cluster.Serve();
        await cluster.ReadyAsync();
        cluster.Join("one");
        string command = string.Join(' ', Compare("table", 2, 400_000).Select(a => $"'{a}'"));
        var terminal = cluster.BeginProgram(
            "env", "NO_COLOR=1", "TERM=xterm-256color", "script", "-qec", $"stty cols 140 rows 40; {Shell.MbMix} {command}", "/dev/null");
        var result = await Shell.FinishAsync(terminal);
        Assert.Equal(0, result.Code);
        string[] lines = [.. result.OutputLines.Select(l => Sequence().Replace(l, "").Trim())];
        Assert.Contains(lines, l => Titles().IsMatch(l));
        // the second one waits, for there is one core
        Assert.Contains(lines, l => Row().IsMatch(l));
        // what stands below the table is as wide as it is
        Assert.Contains(lines, l => l.StartsWith("0 of 2 runs ended, 1 at work on 1 of 1 core, ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains(" to go", StringComparison.Ordinal));

        var quiet = await cluster.RunAsync([.. Compare("quiet", 1, 65536), "--quiet"]);
        Assert.Equal((0, ""), (quiet.Code, quiet.Error));
        Assert.StartsWith("## ", quiet.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ended", quiet.Output, StringComparison.Ordinal);
    }

    private string[] Compare(string folder, int seeds, int budget) =>
    [
        "compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", $"{seeds}", "--budget", $"{budget}", "--out", folder,
        "--cluster", cluster.Address,
    ];

    private static async Task<string> LineAsync(Process process, Regex expected)
    {
        while (true)
        {
            string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Shell.Patience);
            Assert.NotNull(line);
            if (expected.IsMatch(line)) return line;
        }
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Sequence();

    [GeneratedRegex("seed 0 │ +seed 1 │$")]
    private static partial Regex Titles();

    [GeneratedRegex(" at [1-9][0-9]*k │ +waiting │$")]
    private static partial Regex Row();

    [GeneratedRegex(@"^0 of 2 runs ended, 1 at work on 1 of 1 core, \d+ % of the steps, \d+:\d\d:\d\d to go$")]
    private static partial Regex Known();

    [GeneratedRegex("^attached again: 0 of 2 runs have ended$")]
    private static partial Regex Attached();

    [GeneratedRegex(@"^sweep far-[0-9a-f]{8}: 0 finished, 1 at work, 1 waiting, 0 failed, 0 cancelled, \d+ % of the steps, \d+:\d\d:\d\d to go$")]
    private static partial Regex Status();
}

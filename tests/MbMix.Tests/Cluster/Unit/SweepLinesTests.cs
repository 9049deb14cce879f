using MbMix.Comparison;

namespace MbMix.Tests.Cluster.Unit;

/// <summary>The lines that a pipe gets about runs that a cluster does.</summary>
public sealed class SweepLinesTests : ISweepLauncher
{
    private readonly List<string> lines = [];
    private readonly DateTime start = DateTime.UtcNow;

    public SweepProgress? Progress { get; private set; }

    [Fact]
    public void Lines_come_when_something_is_new_and_the_more_seldom_the_longer_it_takes()
    {
        var printer = new SweepLines(this, lines.Add);
        printer.Tick(start.AddSeconds(1));
        Assert.Empty(lines);
        Hear(0);
        printer.Tick(start.AddSeconds(2));
        printer.Tick(start.AddSeconds(60));
        Assert.Equal(["0 of 100000 runs ended, 0 at work on 0 of 4 cores"], lines);
        for (int second = 61; second < 100_000; second++)
        {
            Hear(second);
            printer.Tick(start.AddSeconds(second));
        }
        Assert.InRange(lines.Count, 50, 250);
        int[] ended = [.. lines.Select(l => int.Parse(l.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))];
        int[] pauses = [.. ended.Skip(2).Zip(ended.Skip(1), (later, before) => later - before)];
        Assert.Equal(pauses.Order(), pauses);
        Assert.InRange(pauses[0], 6, 8);
        Assert.Equal(600, pauses[^1]);
    }

    [Fact]
    public void Runs_that_were_submitted_before_are_greeted_once()
    {
        var printer = new SweepLines(this, lines.Add);
        Hear(3, attached: true);
        printer.Tick(start.AddSeconds(1));
        Hear(4, attached: true);
        printer.Tick(start.AddSeconds(10));
        Assert.Equal(
            [
                "attached again: 3 of 100000 runs have ended", "3 of 100000 runs ended, 0 at work on 0 of 4 cores",
                "4 of 100000 runs ended, 0 at work on 0 of 4 cores",
            ],
            lines);
    }

    public Task<RunExit> RunAsync(IReadOnlyList<string> arguments, string logFile, CancellationToken stop, CancellationToken abort) =>
        Task.FromResult(new RunExit(0, ""));

    public string CommandLine(IReadOnlyList<string> arguments) => "";

    private void Hear(int ended, bool attached = false) =>
        Progress = new(attached, ended, 100_000, 0, 4, null, null, new Dictionary<string, RunGlance>());
}

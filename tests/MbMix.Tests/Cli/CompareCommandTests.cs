using System.Diagnostics;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary><c>mbmix compare</c> with real processes, on the sample plugins.</summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class CompareCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mbmix-compare-").FullName;
    private readonly BuiltPlugins plugins;

    public CompareCommandTests(BuiltPlugins plugins)
    {
        this.plugins = plugins;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_interrupted_comparison_goes_on_and_ends_with_the_numbers_of_one_that_was_not()
    {
        string interrupted = Path.Combine(folder, "interrupted"), whole = Path.Combine(folder, "whole");
        using (var process = Compare(interrupted, "random-search"))
        {
            try
            {
                var finished = Shell.FinishAsync(process);
                string[] metrics = [.. Enumerable.Range(0, 2).Select(seed => Path.Combine(RunFolder(interrupted, seed), "metrics.csv"))];
                await UntilAsync(() => process.HasExited || metrics.All(m => File.Exists(m) && new FileInfo(m).Length > 500));
                Shell.Signal(process, "TERM");
                var first = await finished;
                Assert.Equal(130, first.Code);
                Assert.Contains("interrupted: the same command goes on from here.", first.ErrorLines);
                Assert.False(File.Exists(Path.Combine(RunFolder(interrupted, 0), "result.json")));
            }
            finally
            {
                Shell.End(process);
            }
        }

        var second = await RunAsync(interrupted, "random-search");
        Assert.Equal(0, second.Code);
        Assert.Contains(second.OutputLines, l => l.EndsWith("seed 0: resumed", StringComparison.Ordinal));
        Assert.Contains(second.OutputLines, l => l.EndsWith("seed 2: started", StringComparison.Ordinal));

        Assert.Equal(0, (await RunAsync(whole, "random-search")).Code);
        Assert.Equal(Returns(whole), Returns(interrupted));
        Assert.Equal(3, Returns(whole).Distinct().Count());

        foreach (string file in new[] { "table.md", "commands.txt", "comparison.json", "plots/pendulum-swingup/curves-steps.png", "plots/pendulum-swingup/curves-seconds.png" })
        {
            Assert.True(new FileInfo(Path.Combine(interrupted, file)).Length > 0, file);
        }

        // a third time there is nothing to do
        var third = await RunAsync(interrupted, "random-search");
        Assert.Equal(0, third.Code);
        Assert.Equal(3, third.OutputLines.Count(l => l.Contains("was done before")));
    }

    [Fact]
    public async Task A_failing_algorithm_is_reported_in_one_line_each_and_the_others_finish()
    {
        var result = await RunAsync(Path.Combine(folder, "c"), "random-search", "throws");
        Assert.Equal(1, result.Code);
        Assert.Equal(3, result.ErrorLines.Count(l => l.Contains("failed: plugin Bad.ThrowingAlgorithm (bad/throws-v1) threw in iteration 3")));
        Assert.Equal(3, Returns(Path.Combine(folder, "c")).Length);
    }

    [Fact]
    public async Task An_experiment_is_planned_estimated_and_run()
    {
        string file = Path.Combine(folder, "sizes.json"), output = Path.Combine(folder, "sizes");
        await File.WriteAllTextAsync(file, """
            {
              "title": "two step sizes", "environments": ["pendulum-swingup"], "seeds": 3, "firstSeed": 7, "budget": 32000, "settings": ["run.evaluations=2", "run.evaluationEpisodes=2"],
              "arms": [
                { "label": "small", "algorithm": "random-search", "settings": ["algo.stepSize=0.01"] },
                { "label": "large", "algorithm": "random-search", "settings": ["algo.stepSize=0.1"] }
              ]
            }
            """);
        string[] arguments = [file, "--jobs", "2", "--out", output, "--plugins", plugins.Good];
        var dry = await Shell.RunAsync(Shell.MbMix, ["compare", "--experiment", .. arguments, "--dry-run"]);
        Assert.True(dry.Code == 0, dry.Error);
        Assert.Contains("1 environment x 2 algorithms x 3 seeds = 6 runs of one thread each, 2 in parallel", dry.OutputLines);
        Assert.Equal(6, dry.OutputLines.Count(l => l.Contains(" train pendulum-swingup --algo random-search --seed ", StringComparison.Ordinal) && l.Contains("--budget 32000", StringComparison.Ordinal)));
        foreach (int seed in (int[])[7, 8, 9]) Assert.Equal(2, dry.OutputLines.Count(l => l.Contains($" --seed {seed} ", StringComparison.Ordinal)));
        Assert.Contains(dry.OutputLines, l => l.StartsWith("estimate: ", StringComparison.Ordinal) && !l.Contains("could not be measured", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(output, "runs")));

        // in short, and without a cluster; what was measured is not measured again
        var run = await Shell.RunAsync(Shell.MbMix, ["sweep", .. arguments]);
        Assert.True(run.Code == 0, run.Error);
        Assert.DoesNotContain(run.OutputLines, l => l.StartsWith("measuring", StringComparison.Ordinal));
        Assert.Equal(6, File.ReadLines(Path.Combine(output, "summary.csv")).Count(l => l.Contains(",finished,", StringComparison.Ordinal)));
        Assert.Contains(File.ReadLines(Path.Combine(output, "statistics.csv")), l => l.StartsWith("pendulum-swingup,small,P(X > large),3,", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no such experiment", "There is no experiment 'tabel1'", "--experiment", "tabel1")]
    [InlineData("both", "leave --algo out", "--experiment", "table1", "--algo", "random-search")]
    [InlineData("arms of nothing", "--arms selects among the arms", "--algo", "random-search", "--arms", "x")]
    [InlineData("another environment", "has no environment 'pendulum-swingup'", "--experiment", "table1")]
    [InlineData("nothing", "compare needs an algorithm")]
    [InlineData("no such algorithm", "There is no algorithm 'nosuch'", "--algo", "nosuch")]
    [InlineData("misspelt setting", "algo.steppsize", "--algo", "random-search", "--set", "algo.steppsize=1")]
    [InlineData("no seeds", "--seeds", "--algo", "random-search", "--seeds", "0")]
    [InlineData("no jobs", "--jobs", "--algo", "random-search", "--jobs", "0")]
    public async Task Nonsense_is_refused_before_anything_is_started(string why, string expected, params string[] arguments)
    {
        var result = await Shell.RunAsync(Shell.MbMix, ["compare", "--env", "pendulum-swingup", "--out", folder, "--plugins", plugins.Good, .. arguments]);
        Assert.True(result.Code == 2, $"{why}: {result.Code}\n{result.Output}{result.Error}");
        Assert.Contains(expected, Assert.Single(result.ErrorLines, l => l.StartsWith("error:", StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private Process Compare(string output, params string[] algorithms) => Shell.Start(
        Shell.MbMix,
        ["compare", "--env", "pendulum-swingup", "--algo", .. algorithms, "--seeds", "3", "--jobs", "2", "--budget", "128000", "--set", "run.evaluations=4", "--set", "run.evaluationEpisodes=4", "--out", output, "--plugins", plugins.Good, "--plugins", Path.Combine(plugins.Bad, "Bad.ThrowingAlgorithm")]);

    private async Task<ShellResult> RunAsync(string output, params string[] algorithms)
    {
        using var process = Compare(output, algorithms);
        return await Shell.FinishAsync(process);
    }

    private static string RunFolder(string output, int seed) => Path.Combine(output, "runs", "pendulum-swingup", "random-search", $"seed{seed}");

    private static string[] Returns(string output) =>
        [.. File.ReadLines(Path.Combine(output, "summary.csv")).Skip(1).Select(l => l.Split(',')).Where(c => c[3] == "finished").Select(c => c[4])];

    private static async Task UntilAsync(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Shell.Patience, "nothing happened");
            await Task.Delay(20);
        }
    }
}

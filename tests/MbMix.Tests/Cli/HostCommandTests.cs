using System.Diagnostics;
using System.Text.RegularExpressions;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

public sealed partial class HostCommandTests : IDisposable
{
    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void List_shows_everything_and_what_is_wrong()
    {
        HostPluginBuilder.Write(mbmix.Plugins, "Acme.Throws", throws: true);
        var result = mbmix.Run("list");
        Assert.Equal(0, result.ExitCode);
        foreach (string part in new[] { "test/point-v1", "test/still-v1", "test/ascent-v1", "point-slow", "plugin Acme.Throws: its constructor threw" })
        {
            Assert.Contains(part, result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Training_ends_with_the_evaluation_and_eval_says_the_same()
    {
        var trained = mbmix.Run("train", "point", "--algo", "ascent", "--budget", "1e3", "--out", mbmix["run"]);
        Assert.Equal((0, ""), (trained.ExitCode, string.Join("; ", trained.Errors)));
        Assert.Matches(LastLine(), trained.LastLine);
        var evaluated = mbmix.Run("eval", mbmix["run"]);
        Assert.Equal((0, trained.LastLine), (evaluated.ExitCode, evaluated.LastLine));
        Assert.NotEqual(trained.LastLine, mbmix.Run("eval", mbmix["run"], "--seed", "5").LastLine);
    }

    [Fact]
    public void From_repeats_a_run_and_the_number_of_threads_changes_nothing()
    {
        mbmix.Run("train", "point", "--algo", "ascent", "--seed", "4", "--threads", "1", "--out", mbmix["a"], "--set", "algo.learningRate=0.02");
        var again = mbmix.Run("train", "--from", mbmix["a"], "--threads", "2", "--out", mbmix["b"]);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(HostRuns.Comparable(mbmix["a"]), HostRuns.Comparable(mbmix["b"]));
        mbmix.Run("train", "--from", mbmix["a"], "--seed", "5", "--out", mbmix["c"]);
        Assert.NotEqual(HostRuns.Comparable(mbmix["a"]), HostRuns.Comparable(mbmix["c"]));
    }

    [Fact]
    public void The_default_folder_is_named_after_the_run_and_never_shared()
    {
        foreach (string expected in new[] { "point-ascent-s0", "point-ascent-s0-2" })
        {
            mbmix.Run("train", "point", "--algo", "ascent", "--budget", "64");
            Assert.True(File.Exists(mbmix[$"runs/{expected}/result.json"]));
        }
    }

    [Theory]
    [InlineData(2, "train", "poitn", "--algo", "ascent", "Did you mean 'point'?")]
    [InlineData(2, "train", "point", "--algo", "ascnet", "Did you mean 'ascent'?")]
    [InlineData(2, "train", "point", "Which algorithm?")]
    [InlineData(2, "train", "--algo", "ascent", "Which environment?")]
    [InlineData(2, "train", "point", "--algo", "ascent", "--set", "algo.horizn=1", "Did you mean 'horizon'?")]
    [InlineData(2, "train", "blind-point", "--algo", "ascent", "has no gradients")]
    [InlineData(2, "train", "point", "--algo", "ascent", "--model", "stil", "Did you mean 'still'?")]
    [InlineData(2, "train", "point", "--algo", "ascent", "--budget", "many", "a whole number of environment steps is expected")]
    [InlineData(2, "train", "point", "--algo", "ascent", "--threads", "0", "--threads 0: a whole number is expected, 1 to 1024.")]
    [InlineData(2, "train", "--resume", "nowhere", "There is no run folder nowhere")]
    [InlineData(2, "train", "--resume", "nowhere", "--seed", "3", "leave --seed out")]
    [InlineData(2, "eval", "nowhere", "There is no run folder nowhere")]
    [InlineData(2, "trian", "error: There is no command 'trian'. Did you mean 'train'?")]
    [InlineData(1, "train", "point", "--algo", "ascent", "--set", "algo.throwAt=3", "plugin MbMix.Tests.Plugin (test/ascent-v1) threw in iteration 3: InvalidOperationException: thrown on request")]
    [InlineData(2, "rollout", "point", "--state", "missing.json", "--actions", "missing.json", "--out", "out.json", "missing.json for the states.")]
    public void An_error_is_one_line_with_its_exit_code(int exitCode, params string[] argumentsAndText)
    {
        var result = mbmix.Run(argumentsAndText[..^1]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(argumentsAndText[^1], string.Join('\n', result.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_shows_the_stack() => Assert.Contains("AscentOptimizer", mbmix.Run("train", "point", "--algo", "ascent", "--set", "algo.throwAt=3", "--verbose").Error, StringComparison.Ordinal);

    [Fact]
    public void A_rollout_goes_through_files()
    {
        File.WriteAllText(mbmix["s.json"], """{ "state": [[1, 0]] }""");
        File.WriteAllText(mbmix["a.json"], """{ "actions": [[[0.5]], [[0.5]]] }""");
        var result = mbmix.Run("rollout", "point", "--state", "s.json", "--actions", "a.json", "--out", "o.json", "--gradient");
        Assert.Equal((0, ""), (result.ExitCode, string.Join("; ", result.Errors)));
        Assert.Contains("\"gradient\":{\"state\":[[", File.ReadAllText(mbmix["o.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Interrupted_it_saves_and_goes_on(string signal)
    {
        mbmix.Run("train", "point", "--algo", "ascent", "--out", mbmix["a"]);
        var process = HoldAndInterrupt("b", iteration: 4, signal);
        File.Delete(mbmix["held"]);
        Assert.Equal(130, HostCommand.Finish(process).ExitCode);
        Assert.Single(Directory.GetFiles(mbmix["b/checkpoints"]));
        Assert.Equal(0, mbmix.Run("train", "--resume", mbmix["b"]).ExitCode);
        Assert.Equal(HostRuns.Comparable(mbmix["a"]), HostRuns.Comparable(mbmix["b"]));
    }

    [Theory]
    [InlineData("INT", 128 + 2)]
    [InlineData("TERM", 128 + 15)]
    public void Interrupted_twice_it_ends_at_once(string signal, int exitCode)
    {
        var process = HoldAndInterrupt("b", iteration: 2, signal);
        Assert.False(process.HasExited);
        Shell.Signal(process, signal);
        Assert.Equal(exitCode, HostCommand.Finish(process).ExitCode);
        // the iteration was still held
        Assert.True(File.Exists(mbmix["held"]));
        Assert.False(Directory.Exists(mbmix["b/checkpoints"]));
    }

    [Fact]
    public void Killed_at_any_moment_it_resumes_to_the_same_bits()
    {
        string[] arguments = ["train", "point", "--algo", "ascent", "--set", "run.checkpointEvery=2", "--set", "algo.ballast=2000000", "--set", "algo.delay=5", "--budget", "12800"];
        mbmix.Run([.. arguments, "--out", mbmix["a"]]);
        var kills = new HostKills(mbmix, "b", seed: 5);
        var result = kills.Train(
            [HostKill.WhileWriting, HostKill.AfterProgress, HostKill.WhileWriting, HostKill.AfterProgress, HostKill.WhileWriting, HostKill.AfterProgress], arguments);
        Assert.Equal((0, ""), (result.ExitCode, string.Join("; ", result.Errors)));
        Assert.True(kills.WhileWriting >= 3, $"only {kills.WhileWriting} kills fell into a write");
        Assert.Equal(HostRuns.Comparable(mbmix["a"]), HostRuns.Comparable(mbmix["b"]));
    }

    /// <summary>Trains until an iteration is held, interrupts, and waits until the interrupt has been noticed.</summary>
    private Process HoldAndInterrupt(string run, int iteration, string signal)
    {
        var process = mbmix.BeginInterruptible(
            "train", "point", "--algo", "ascent", "--out", mbmix[run], "--set", $"algo.holdAt={iteration}", "--set", $"algo.holdFile={mbmix["held"]}", "--verbose");
        HostKills.Await(() => process.HasExited || File.Exists(mbmix["held"]));
        Shell.Signal(process, signal);
        string? line;
        do line = HostCommand.ReadErrorLine(process);
        while (line?.StartsWith("finishing the iteration", StringComparison.Ordinal) == false);
        Assert.NotNull(line);
        return process;
    }

    [GeneratedRegex(@"^evaluation return: -?[0-9]+\.[0-9]$")]
    private static partial Regex LastLine();
}

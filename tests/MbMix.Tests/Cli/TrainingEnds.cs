using System.Diagnostics;
using System.Globalization;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>The ends of a training as a person at a terminal, a container or a script sees them.</summary>
public sealed class TrainingEnds : IDisposable
{
    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void Resuming_a_finished_run_says_so_and_touches_nothing()
    {
        var first = mbmix.Run("train", "point", "--algo", "ascent", "--budget", "640", "--out", mbmix["a"]);
        var before = Snapshot("a");
        var again = mbmix.Run("train", "--resume", mbmix["a"]);
        Assert.Equal((0, first.LastLine), (again.ExitCode, again.LastLine));
        Assert.Contains("finished before: 640 environment steps", again.Output, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot("a"));
    }

    [Fact]
    public void A_refused_start_does_not_stand_in_the_way_of_the_right_one()
    {
        var wrong = mbmix.Run("train", "blind-point", "--algo", "ascent", "--out", mbmix["a"]);
        Assert.Equal(2, wrong.ExitCode);
        Assert.False(Directory.Exists(mbmix["a"]));
        Assert.Equal(0, mbmix.Run("train", "point", "--algo", "ascent", "--budget", "64", "--out", mbmix["a"]).ExitCode);

        Assert.Equal(2, mbmix.Run("train", "blind-point", "--algo", "ascent").ExitCode);
        Assert.False(Directory.Exists(mbmix["runs"]));
    }

    [Fact]
    public void Nothing_but_faults_is_a_failure_and_stays_one()
    {
        string[] arguments = ["train", "counter", "--algo", "ppo", "--set", "env.length=40", "--set", "env.nanRewardAt=35", "--set", "algo.environments=8", "--set", "algo.horizon=50"];
        var result = mbmix.Run([.. arguments, "--budget", "1200", "--set", "run.evaluations=2", "--out", mbmix["a"]]);
        const string reason = "error: Every episode of the training ended with a fault; in the evaluation, at step 35, its reward is not finite.";
        Assert.Equal((1, "evaluation return: 34.0"), (result.ExitCode, result.LastLine));
        Assert.Contains(reason, result.Errors);
        var again = mbmix.Run("train", "--resume", mbmix["a"]);
        Assert.Equal((1, reason), (again.ExitCode, Assert.Single(again.Errors)));
        var evaluated = mbmix.Run("eval", mbmix["a"]);
        Assert.Equal((1, "evaluation return: 34.0"), (evaluated.ExitCode, evaluated.LastLine));
        Assert.Equal(
            "error: Every episode of the evaluation ended with a fault: at step 35, its reward is not finite.",
            Assert.Single(evaluated.Errors));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_signal_during_a_long_evaluation_stops_it_soon_and_loses_nothing(string signal)
    {
        // without the signal, this evaluation would take far longer than the test waits
        var process = mbmix.BeginInterruptible(
            "train", "counter", "--algo", "ppo", "--set", "env.length=1000000", "--set", "algo.environments=2", "--set", "algo.horizon=8",
            "--set", "run.budget=160", "--set", "run.evaluations=1", "--set", "run.checkpointEvery=1000", "--out", mbmix["a"]);
        HostKills.Await(() => process.HasExited || (File.Exists(mbmix["a/metrics.csv"]) && Lines("a/metrics.csv") == 11));
        Thread.Sleep(300);
        Shell.Signal(process, signal);
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(130, HostCommand.Finish(process).ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        Assert.Equal("checkpoint-000000010.safetensors", Path.GetFileName(Assert.Single(Directory.GetFiles(mbmix["a/checkpoints"], "*.safetensors"))));
        Assert.False(File.Exists(mbmix["a/result.json"]));
    }

    [Fact]
    public void A_closed_terminal_saves_and_the_run_goes_on_later()
    {
        mbmix.Run("train", "point", "--algo", "ascent", "--out", mbmix["a"]);
        var process = HoldAtTheFourth("env", "--default-signal=HUP");
        Shell.Signal(process, "HUP");
        Assert.StartsWith("finishing the iteration", HostCommand.ReadErrorLine(process), StringComparison.Ordinal);
        File.Delete(mbmix["held"]);
        Assert.Equal(130, HostCommand.Finish(process).ExitCode);
        Assert.Equal(0, mbmix.Run("train", "--resume", mbmix["b"]).ExitCode);
        Assert.Equal(HostRuns.Comparable(mbmix["a"]), HostRuns.Comparable(mbmix["b"]));
    }

    [Fact]
    public void Under_nohup_a_closed_terminal_changes_nothing()
    {
        var process = HoldAtTheFourth("nohup");
        Shell.Signal(process, "HUP");
        Thread.Sleep(300);
        File.Delete(mbmix["held"]);
        Assert.Equal(0, HostCommand.Finish(process).ExitCode);
        Assert.True(File.Exists(mbmix["b/result.json"]));
    }

    [Fact]
    public void A_reader_that_goes_away_does_not_end_the_training()
    {
        string command = $"{Shell.MbMix} train point --algo ascent --out {mbmix["a"]} --budget 3200 2>&1 | head -n 1";
        var process = mbmix.BeginProgram("bash", "-c", $"set -o pipefail; {command}");
        Assert.Equal(0, HostCommand.Finish(process).ExitCode);
        HostKills.Await(() => File.Exists(mbmix["a/result.json"]));
    }

    [Fact]
    public void A_terminal_that_is_gone_does_not_end_it_either()
    {
        // script(1) gives the command a terminal and closes it when it is killed
        if (!File.Exists("/usr/bin/script")) Assert.Skip("script(1) is not installed");
        string command = $"{Shell.MbMix} train point --algo ascent --out {mbmix["a"]} --set algo.holdAt=4 --set algo.holdFile={mbmix["held"]}";
        var process = mbmix.BeginProgram("script", "-qfc", command, mbmix["typescript"]);
        HostKills.Await(() => process.HasExited || File.Exists(mbmix["held"]));
        process.Kill();
        process.WaitForExit();
        File.Delete(mbmix["held"]);
        HostKills.Await(() => Directory.Exists(mbmix["a/checkpoints"]) && Directory.GetFiles(mbmix["a/checkpoints"], "checkpoint-*").Length > 0);
        HostKills.Await(() => mbmix.Run("train", "--resume", mbmix["a"]).ExitCode == 0);
        Assert.True(File.Exists(mbmix["a/result.json"]));
    }

    [Theory]
    [InlineData(2, "bogus 2>/dev/full")]
    [InlineData(0, "train point --algo ascent --budget 640 --out $OUT 2>/dev/full")]
    [InlineData(0, "train counter --algo ppo --set algo.horizon=20 --set env.nanRewardAt=5 --set env.lastLane=0 --budget 3000 --out $OUT 2>/dev/full")]
    [InlineData(1, "list >/dev/full")]
    [InlineData(1, "train point --algo ascent --budget 640 --out $OUT >/dev/full")]
    [InlineData(1, "train point --algo ascent --budget 640 --out $OUT >&-")]
    public void Output_that_cannot_be_written_ends_nothing(int exitCode, string command)
    {
        var process = mbmix.BeginProgram("bash", "-c", $"{Shell.MbMix} {command.Replace("$OUT", mbmix["a"], StringComparison.Ordinal)}");
        var result = HostCommand.Finish(process);
        Assert.Equal(exitCode, result.ExitCode);
        if (exitCode == 1) Assert.StartsWith("error: The output could not be written: ", Assert.Single(result.Errors), StringComparison.Ordinal);
        if (command.StartsWith("train", StringComparison.Ordinal)) Assert.True(File.Exists(mbmix["a/result.json"]));
    }

    [Fact]
    public void A_limit_on_the_size_of_files_is_an_error_and_not_a_signal()
    {
        // with its protection of code, the runtime itself does not start under such a limit
        string command = $"export DOTNET_EnableWriteXorExecute=0; ulimit -f 100; {Shell.MbMix} train counter --algo ppo --set algo.horizon=20 --budget 1e6 --out {mbmix["a"]}";
        var result = HostCommand.Finish(mbmix.BeginProgram("bash", "-c", command));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the file would be larger than the limit allows", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_environment_throws_names_it_whoever_called()
    {
        var trained = mbmix.Run("train", "counter", "--algo", "ppo", "--set", "env.reward=1e39", "--out", mbmix["a"]);
        const string line = "error: plugin MbMix.Tests.Plugin (test/counter-v1) threw in its first steps: ";
        Assert.StartsWith(line, Assert.Single(trained.Errors), StringComparison.Ordinal);
        File.WriteAllText(mbmix["s.json"], """{ "state": [[1, 0]] }""");
        File.WriteAllText(mbmix["a.json"], """{ "actions": [[[0.5]]] }""");
        var rolled = mbmix.Run("rollout", "counter", "--state", "s.json", "--actions", "a.json", "--out", "o.json", "--set", "env.reward=1e39");
        Assert.StartsWith(line, Assert.Single(rolled.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("--verbose", rolled.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_folder_that_is_named_must_exist_and_comes_before_that_of_the_run()
    {
        var missing = mbmix.Run("list", "--plugins", "nope");
        Assert.Equal((2, "error: --plugins nope: there is no such folder."), (missing.ExitCode, Assert.Single(missing.Errors)));
    }

    [Fact]
    public async Task A_rebuilt_plugin_is_noticed_and_accepted_on_request()
    {
        string plugins = mbmix["strangers"];
        await BuildCounter(plugins, reward: 1);
        string[] settings = ["--set", "algo.environments=2", "--set", "algo.horizon=10", "--set", "env.length=10", "--set", "run.evaluations=4", "--set", "run.checkpointEvery=1"];
        string[] alone = ["--plugins", plugins, "--without", "MbMix.Tests.Plugin"];
        var first = mbmix.Run(["train", "counter", "--algo", "ppo", .. settings, "--budget", "80", .. alone, "--out", mbmix["a"]]);
        Assert.Equal((0, "evaluation return: 10.0"), (first.ExitCode, first.LastLine));
        // as if it had been stopped before its last evaluation
        File.Delete(mbmix["a/result.json"]);

        await BuildCounter(plugins, reward: 2);
        var refused = mbmix.Run(["train", "--resume", mbmix["a"], .. alone[2..]]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Matches("^error: Changed since the run was started: plugin Counter [0-9a-f]{8} -> [0-9a-f]{8}. Add --accept-changed-plugins", Assert.Single(refused.Errors));
        Assert.False(File.Exists(mbmix["a/result.json"]));

        // the build that the run began with, under another name, is what the run goes on with
        await BuildCounter(plugins + "2", reward: 1);
        var other = mbmix.Run(["eval", mbmix["a"], "--plugins", plugins + "2", .. alone[2..]]);
        Assert.Equal("evaluation return: 10.0", other.LastLine);
        var warned = mbmix.Run(["eval", mbmix["a"], .. alone[2..]]);
        Assert.Contains(warned.Warnings, e => e.StartsWith("warning: changed since the policy was trained: plugin Counter", StringComparison.Ordinal));
        var accepted = mbmix.Run(["train", "--resume", mbmix["a"], "--accept-changed-plugins", .. alone[2..]]);
        Assert.Equal((0, "evaluation return: 20.0"), (accepted.ExitCode, accepted.LastLine));
        var repeated = mbmix.Run(["train", "--from", mbmix["a"], "--accept-changed-plugins", .. alone[2..], "--out", mbmix["b"]]);
        Assert.Equal(2, repeated.ExitCode);
    }

    private static async Task BuildCounter(string plugins, int reward)
    {
        string[] properties = [$"-p:PluginsOut={plugins}", $"-p:RewardPerStep={reward.ToString(CultureInfo.InvariantCulture)}", $"-p:MbMixHost={Shell.Host}", $"-p:BaseIntermediateOutputPath={plugins}-obj/"];
        var result = await Shell.RunAsync("dotnet", ["build", "-c", Shell.Configuration, "tests/plugins/Counter", .. properties]);
        Assert.True(result.Code == 0, result.Output + result.Error);
    }

    private Process HoldAtTheFourth(string program, params string[] leading)
    {
        var process = mbmix.BeginProgram(
            program, [.. leading, Shell.MbMix, "train", "point", "--algo", "ascent", "--out", mbmix["b"], "--set", "algo.holdAt=4", "--set", $"algo.holdFile={mbmix["held"]}"]);
        HostKills.Await(() => process.HasExited || File.Exists(mbmix["held"]));
        return process;
    }

    private int Lines(string name) => File.ReadAllText(mbmix[name]).Count(c => c == '\n');

    private string Snapshot(string run) => string.Join('\n', Directory.EnumerateFiles(mbmix[run], "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}"));
}

using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>A wrong command line gets one line in our own words, and exit code 2.</summary>
public sealed class UsageErrorTests : IDisposable
{
    private const string Commands = "list, describe, train, eval, compare, report, watch, study, rollout, transfer, tune, certify, view, export, inspect, cluster, sweep";

    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Theory]
    [InlineData($"Which command? One of {Commands}; `mbmix --help` says what they do.")]
    [InlineData("There is nothing to watch: name folders of runs, or a coordinator with --cluster HOST.", "watch")]
    [InlineData("--needs tells a --cluster where runs fit; on this machine, --jobs says how many run at once.", "compare", "--env", "point", "--algo", "ascent", "--needs", "cores=2")]
    [InlineData("--jobs is the number of runs in parallel on this machine; on a --cluster, it is the cores that runners offer (cluster join --cores).", "compare", "--env", "point", "--algo", "ascent", "--jobs", "2", "--cluster", "127.0.0.1")]
    [InlineData("--token-file is for the coordinator of a cluster: name one with --cluster HOST, or leave --token-file out.", "compare", "--env", "point", "--algo", "ascent", "--token-file", "t")]
    [InlineData("--certificate is for the coordinator of a cluster: name one with --cluster HOST, or leave --certificate out.", "watch", ".", "--certificate", "c")]
    [InlineData("--dry-run measures the speed of this machine, and says nothing about a --cluster: leave one of them out.", "compare", "--env", "point", "--algo", "ascent", "--dry-run", "--cluster", "127.0.0.1")]
    [InlineData("--set needs a value, KEY=VALUE: ", "compare", "--env", "point", "--algo", "ascent", "--set", "--out", "c")]
    [InlineData("There is no command 'tarin'. Did you mean 'train'?", "tarin", "point")]
    [InlineData("mbmix has no option '--sede'. Known: --help, --verbose, --version.", "--sede")]
    [InlineData("train has no option '--bugdet'. Did you mean '--budget'?", "train", "point", "--bugdet", "100")]
    [InlineData("train has no option '--bugdet'. Did you mean '--budget'?", "train", "--bugdet=100")]
    [InlineData("eval has no option '--epsiodes'. Did you mean '--episodes'?", "eval", "run", "--seed", "--epsiodes")]
    [InlineData("list has no option '-x'. Known: --help, --plugins, --verbose, --without.", "list", "-x")]
    [InlineData("'b' is too much: train takes ENVIRONMENT and options.", "train", "a", "b")]
    [InlineData("'x' is too much: list takes options only.", "list", "x")]
    [InlineData("eval needs RUN: folder of the run.", "eval")]
    [InlineData("--seed x: a whole number is expected.", "train", "point", "--seed", "x")]
    [InlineData("--seed 0.5: a whole number is expected.", "eval", "run", "--seed", "0.5")]
    [InlineData("--seed 1e30: a whole number is expected, at most 9223372036854775807.", "transfer", "--policy", "r", "--from", "a", "--to", "b",
        "--seed", "1e30")]
    [InlineData("--seed needs a value, S: seed of the run (0).", "train", "point", "--seed")]
    [InlineData("--seed needs a value, S: seed of the run (0).", "train", "point", "--seed", "1", "--seed")]
    [InlineData("--budget 9.3e18: a whole number of environment steps is expected, at least 1, at most 9223372036854775807.", "train", "point", "--budget", "9.3e18")]
    [InlineData("--seed is given 2 times; it is expected once.", "train", "point", "--seed", "1", "--seed", "2")]
    [InlineData("--algo needs a value, ALGORITHM: algorithm, by id or name.", "train", "point", "--algo")]
    [InlineData("--threads 1.5: a whole number is expected, 1 to 1024.", "train", "point", "--threads", "1.5")]
    [InlineData("--episodes 1000001: a whole number is expected, 1 to 1000000.", "eval", "r", "--episodes", "1000001")]
    [InlineData("--episodes x: a whole number is expected, 1 to 1000000.", "eval", "run", "--episodes", "x")]
    [InlineData("--states x: a whole number is expected, 0 to 1000000.", "transfer", "--policy", "r", "--from", "a",
        "--to", "b", "--states", "x")]
    [InlineData("--budget 0: a whole number of environment steps is expected, at least 1.", "train", "--budget", "0")]
    [InlineData("--jobs 0: a whole number is expected, 1 to 1024.", "compare", "--jobs", "0")]
    [InlineData("--seeds NaN: a whole number is expected, 1 to 10000.", "compare", "--seeds", "NaN")]
    [InlineData(
        "'point-slow' is a preset of test/ascent-v1 for test/point-v1: `mbmix describe test/ascent-v1` shows it.",
        "describe", "point-slow")]
    [InlineData("'MbMix.Tests.Plugin' is a plugin: describe one of its components, ", "describe", "mbmix.tests.plugin")]
    public void A_wrong_command_line_is_explained_in_one_line(string expected, params string[] arguments)
    {
        var result = mbmix.Run(arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        string line = Assert.Single(result.Error.Split('\n'));
        if (expected.EndsWith(", ", StringComparison.Ordinal) || expected.EndsWith(": ", StringComparison.Ordinal)) Assert.StartsWith("error: " + expected, line);
        else Assert.Equal("error: " + expected, line);
    }

    [Theory]
    [InlineData("1e1", 10)]
    [InlineData("2", 2)]
    public void A_number_may_be_written_with_an_exponent(string text, int episodes)
    {
        Train();
        var result = mbmix.Run("eval", "run", "--episodes", text, "--seed", "-3");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains($"{episodes} episodes:", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file is a file: choose another folder for the run.", "train", "--out", "file")]
    [InlineData("file is a file: choose another folder for the run.", "train", "--out", "file/below/it")]
    [InlineData("file is a file; the folder of a run is expected.", "again", "--from", "file")]
    [InlineData("file is a file; the folder of a run is expected.", "again", "--resume", "file")]
    [InlineData("The path of the run folder is empty.", "again", "--from", "")]
    [InlineData("file is a file: choose another folder for the results.", "study", "tabular", "--out", "file/x")]
    [InlineData("The path of the results is empty.", "study", "tabular", "--out", "")]
    [InlineData("There is no folder nowhere for the output: create it, or choose another path.",
        "rollout", "--out", "nowhere/o.json")]
    [InlineData("folder is a folder: name a file for the output.", "rollout", "--out", "folder")]
    [InlineData("The path of the output is empty.", "rollout", "--out", "")]
    [InlineData("There is no file absent for the states.", "rollout", "--out", "o.json", "--state", "absent")]
    [InlineData("folder is a folder: name a file for the actions.", "rollout", "--out", "o.json", "--actions",
        "folder")]
    [InlineData("The path of the states is empty.", "rollout", "--out", "o.json", "--state", "")]
    [InlineData("folder is a folder: name a file for the output.", "transfer", "--out", "folder")]
    [InlineData("There is no folder nowhere for the output: create it, or choose another path.",
        "transfer", "--out", "nowhere/t.csv")]
    public void A_wrong_path_is_explained_in_one_line(string expected, params string[] arguments)
    {
        File.WriteAllText(mbmix["file"], "{}");
        Directory.CreateDirectory(mbmix["folder"]);
        string[] before = arguments[0] switch
        {
            "train" => ["train", "point", "--algo", "ascent"],
            "again" => ["train"],
            "rollout" => [
                "rollout", "point", .. arguments.Contains("--state") ? [] : new[] { "--state", "file" },
                .. arguments.Contains("--actions") ? [] : new[] { "--actions", "file" }],
            "transfer" => ["transfer", "--policy", "run", "--from", "point", "--to", "point"],
            _ => [arguments[0]],
        };
        var result = mbmix.Run([.. before, .. arguments[1..]]);
        Assert.Equal(2, result.ExitCode);
        string line = Assert.Single(result.Error.Split('\n'));
        Assert.Equal("error: " + expected, line.Replace(mbmix["."][..^1], "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_the_system_refuses_gets_one_line_with_the_reason()
    {
        if (!OperatingSystem.IsLinux()) return;
        var result = mbmix.Run("train", "point", "--algo", "ascent", "--out", "/proc/x");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("error: /proc/x cannot be used: there is no such file.", result.Error);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(100)]
    public void With_too_few_open_files_one_line_says_how_to_get_more(int files)
    {
        if (!OperatingSystem.IsLinux()) return;
        var result = mbmix.RunWithOpenFiles(files, "train", "point", "--algo", "ascent");
        string expected = $"error: too many open files: {files} are allowed, and 256 are needed; raise the limit with "
            + "`ulimit -n`";
        Assert.Equal((1, expected), (result.ExitCode, result.Error));
    }

    private void Train()
    {
        var trained = mbmix.Run("train", "point", "--algo", "ascent", "--budget", "64", "--out", "run");
        Assert.True(trained.ExitCode == 0, trained.Error);
    }
}

using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary><c>mbmix compare</c> where something goes wrong, on the test plugin.</summary>
public sealed class CompareFaultsTests : IDisposable
{
    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void A_damaged_result_is_a_failed_run_of_a_comparison_that_has_its_table()
    {
        Assert.Equal(0, Compare().ExitCode);
        string result = Path.Combine(mbmix["c"], "runs", "point", "ascent", "seed1", "result.json");
        string sound = File.ReadAllText(result);
        File.WriteAllText(result, "[]");
        var damaged = Compare();
        Assert.Equal(1, damaged.ExitCode);
        Assert.StartsWith("[2/3] point ascent seed 1: failed: result.json is not the result of a run: ", Assert.Single(Failures(damaged)), StringComparison.Ordinal);
        Assert.Contains("| failed |", damaged.Output, StringComparison.Ordinal);
        Assert.Contains("- point ascent seed 1: result.json is not the result of a run", damaged.Output, StringComparison.Ordinal);
        File.WriteAllText(result, sound);
        Assert.Equal(0, Compare().ExitCode);
    }

    [Theory]
    [InlineData("--env names test/point-v1 twice, as point and as test/point-v1; name it once.", "--env", "test/point-v1")]
    [InlineData("--algo names test/ascent-v1 twice, as ascent and as test/ascent-v1; name it once.", "--algo", "test/ascent-v1")]
    public void A_double_is_refused_before_anything_is_started(string expected, params string[] more)
    {
        var result = Compare(more);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(["error: " + expected], result.Errors);
        Assert.False(Directory.Exists(mbmix["c"]));
    }

    [Fact]
    public void A_refused_start_is_corrected_in_the_same_folder()
    {
        // accepted by the plan, refused by every run
        var refused = Compare("--set", "algo.throwAt=1");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(3, Failures(refused).Length);
        var corrected = Compare();
        Assert.Equal((0, ""), (corrected.ExitCode, string.Join("; ", corrected.Errors)));
        var other = Compare("--set", "algo.lanes=2");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("holds a comparison with --budget 1000, but this one has --budget 1000 --set algo.lanes=2", Assert.Single(other.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void An_arm_with_nothing_but_faults_says_why_and_is_not_trained_again()
    {
        string experiment = Path.Combine(mbmix["c"] + ".json");
        File.WriteAllText(experiment, """
            {
              "environments": ["counter"], "seeds": 3, "budget": 1200,
              "settings": ["env.length=40", "algo.environments=8", "algo.horizon=50", "run.evaluations=2"],
              "arms": [
                { "label": "sound", "algorithm": "ppo" },
                { "label": "sick", "algorithm": "ppo", "settings": ["env.nanRewardAt=35"] }
              ]
            }
            """);
        string[] arguments = ["compare", "--experiment", experiment, "--jobs", "2", "--out", mbmix["c"]];
        foreach (int time in new[] { 1, 2 })
        {
            var result = mbmix.Run(arguments);
            Assert.Equal(1, result.ExitCode);
            Assert.Matches(@"\| sound +\| +40.0 +\|", result.Output);
            Assert.Matches(@"\| sick +\| +- +\|", result.Output);
            Assert.Contains("- counter sick seed 2: Every episode of the training ended with a fault; in the evaluation, at step 35, its reward is not finite.", result.Output, StringComparison.Ordinal);
            // three runs, and one that measured the speed
            Assert.Equal(time == 1 ? 4 : 0, result.Output.Split('\n').Count(l => l.EndsWith("sick seed 0: started", StringComparison.Ordinal)
                || l.EndsWith("sick seed 1: started", StringComparison.Ordinal) || l.EndsWith("sick seed 2: started", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Runs_of_other_code_do_not_enter_the_same_table_unasked()
    {
        string[] arguments = ["compare", "--env", "point", "--algo", "ascent", "--budget", "1e3", "--out", mbmix["c"]];
        Assert.Equal(0, mbmix.Run([.. arguments, "--seeds", "1"]).ExitCode);
        string manifest = Path.Combine(mbmix["c"], "runs", "point", "ascent", "seed0", "manifest.json");
        File.WriteAllText(manifest, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(manifest), "\"host\": \"[0-9a-f]*\"", "\"host\": \"0123456789\""));

        // nothing is left to be mixed
        Assert.Equal(0, mbmix.Run([.. arguments, "--seeds", "1"]).ExitCode);
        var refused = mbmix.Run([.. arguments, "--seeds", "2"]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Matches("^error: point ascent seed 0 was made by other code \\(host 01234567 -> [0-9a-f]{8}\\): ", Assert.Single(refused.Errors));
        var accepted = mbmix.Run([.. arguments, "--seeds", "2", "--accept-changed-plugins"]);
        Assert.Equal(0, accepted.ExitCode);
        Assert.Contains("The runs were not all made by the same code: from point ascent seed 0 to point ascent seed 1, host 01234567 -> ", accepted.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_another_comparison_works_in_is_refused_until_that_one_ends()
    {
        Assert.Equal(0, Compare().ExitCode);
        string[] told = ["comparison.json", "commands.txt"];
        string[] Before() => [.. told.Select(f => File.ReadAllText(Path.Combine(mbmix["c"], f)))];
        string[] before = Before();
        using (ComparisonFolder.Hold(mbmix["c"]))
        {
            // without runs, other settings would be taken
            Directory.Delete(Path.Combine(mbmix["c"], "runs"), recursive: true);
            var second = Compare("--set", "algo.lanes=2");
            Assert.Equal(1, second.ExitCode);
            Assert.StartsWith("error: ", Assert.Single(second.Errors), StringComparison.Ordinal);
            Assert.Equal(before, Before());
            Assert.EndsWith(" is in use by another comparison: wait for it, end it, or choose another folder with --out.", second.Errors[0], StringComparison.Ordinal);
        }
        Assert.Equal(0, Compare().ExitCode);
    }

    [Fact]
    public void A_folder_with_something_else_in_it_is_refused()
    {
        Directory.CreateDirectory(mbmix["c"]);
        File.WriteAllText(mbmix["c/notes.txt"], "mine");
        var result = Compare();
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("is not empty and holds no comparison: choose another folder with --out.", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Equal([mbmix["c/notes.txt"]], Directory.GetFileSystemEntries(mbmix["c"]));
    }

    [Theory]
    [InlineData("plots")]
    [InlineData("logs")]
    public void A_damaged_folder_of_figures_or_logs_does_not_cost_the_table(string part)
    {
        Assert.Equal(0, Compare().ExitCode);
        Directory.Delete(mbmix["c/" + part], recursive: true);
        File.WriteAllText(mbmix["c/" + part], "");
        var result = Compare();
        Assert.Equal(part == "plots" ? 1 : 0, result.ExitCode);
        Assert.Contains("| algorithm | median |", System.Text.RegularExpressions.Regex.Replace(result.Output, " +", " "), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_setting_names_its_arm()
    {
        string experiment = mbmix["wrong.json"];
        File.WriteAllText(experiment, """{ "environments": ["point"], "arms": [{ "label": "fast", "algorithm": "ascent", "settings": ["algo.horizn=3"] }] }""");
        var result = mbmix.Run("compare", "--experiment", experiment, "--out", mbmix["c"]);
        Assert.Equal((2, "error: fast on point: algo.horizn is unknown. Did you mean 'horizon'?"), (result.ExitCode, Assert.Single(result.Errors)));
    }

    [Fact]
    public void A_comparison_goes_on_under_the_names_it_began_with()
    {
        Assert.Equal(0, Compare().ExitCode);
        var other = mbmix.Run("compare", "--env", "test/point-v1", "--algo", "ascent", "--budget", "1e3", "--out", mbmix["c"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("test/point-v1 is called 'point'", Assert.Single(other.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table.md", "table.md could not be written: ")]
    [InlineData("commands.txt", "commands.txt could not be written: ")]
    [InlineData("plots/point/curves-steps.png", "curves-steps.png is a folder; a regular file is expected.")]
    public void A_file_that_cannot_be_written_is_an_error_of_one_line_and_a_repeat_goes_on(string file, string expected)
    {
        string path = Path.Combine(mbmix["c"], file);
        Directory.CreateDirectory(path);
        var result = Compare();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.Errors), StringComparison.Ordinal);
        Directory.Delete(path);
        Assert.Equal(0, Compare().ExitCode);
        Assert.True(new FileInfo(path).Length > 0);
    }

    [Fact]
    public async Task A_limit_on_the_size_of_files_is_an_error_of_one_line_and_a_repeat_goes_on()
    {
        Assert.Equal(0, Compare().ExitCode);
        string picture = Path.Combine(mbmix["c"], "plots", "point", "curves-steps.png");
        File.Delete(picture);
        // the signal of the limit is ignored, so that writes fail; the runtime needs large files for other purposes
        string command = $"trap '' XFSZ; ulimit -f 1; DOTNET_EnableWriteXorExecute=0 {Shell.MbMix} compare --env point --algo ascent --seeds 3 --budget 1e3 --out {mbmix["c"]} --plugins {mbmix.Plugins}";
        var result = await Shell.RunAsync("bash", ["-c", command], null, ("XDG_DATA_HOME", mbmix["data"]));
        Assert.Equal(1, result.Code);
        string error = Assert.Single(result.ErrorLines, l => l.StartsWith("error:", StringComparison.Ordinal));
        Assert.Contains(" could not be written: the file would be larger than the limit allows", error, StringComparison.Ordinal);
        Assert.Contains("## point", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(mbmix["c"], "*.tmp", SearchOption.AllDirectories));
        Assert.Equal(0, Compare().ExitCode);
        Assert.True(File.Exists(picture));
    }

    [Fact]
    public async Task A_full_disk_behind_the_output_is_an_error_of_one_line()
    {
        if (!File.Exists("/dev/full")) return;
        string command = $"{Shell.MbMix} compare --env point --algo ascent --seeds 1 --budget 1e3 --out {mbmix["c"]} --plugins {mbmix.Plugins} > /dev/full";
        var result = await Shell.RunAsync("bash", ["-c", command], null, ("XDG_DATA_HOME", mbmix["data"]));
        Assert.Equal(1, result.Code);
        Assert.Equal("error: The output could not be written: the disk is full", Assert.Single(result.ErrorLines, l => !l.StartsWith("warning:", StringComparison.Ordinal)));
    }

    private static string[] Failures(HostCommandResult result) =>
        [.. result.Error.Split('\n').Where(l => l.Contains(": failed: ", StringComparison.Ordinal))];

    private HostCommandResult Compare(params string[] more) =>
        mbmix.Run(["compare", "--env", "point", "--algo", "ascent", "--seeds", "3", "--jobs", "1", "--budget", "1e3", "--out", mbmix["c"], .. more]);
}

using MbMix.Comparison;

namespace MbMix.Tests.Unit;

/// <summary>The terms of a comparison bind what has been trained, and nothing else.</summary>
public sealed class CompareTerms
{
    private static readonly ProcessRunLauncher Launcher = new("mbmix");

    [Fact]
    public void Terms_under_which_nothing_was_trained_are_replaced()
    {
        using var folder = new CompareFolder();
        Begin(folder.Plan);
        // refused before the first checkpoint
        Directory.CreateDirectory(folder.Plan.Runs[0].Folder);
        File.WriteAllText(Path.Combine(folder.Plan.Runs[0].Folder, "config.json"), "{}");
        Directory.CreateDirectory(Path.Combine(folder.Plan.Runs[1].Folder, "checkpoints"));
        var corrected = folder.Plan with { Budget = 100, Settings = ["a.b=1"], Arms = [Changed("fast"), folder.Plan.Arms[1]] };
        Begin(corrected);
        var terms = ComparisonTerms.Read(Path.Combine(folder.Path, "comparison.json"));
        Assert.Equal(100, terms.Budget);
        Assert.Equal(["a.b=1"], terms.Settings);
        Assert.Equal("--algo fast --set algo.k=2", terms.Arms["fast"]);
        Assert.Contains("--budget 100", File.ReadAllText(Path.Combine(folder.Path, "commands.txt")), StringComparison.Ordinal);

        // from the first checkpoint on, they hold
        CompareFolder.Interrupt(folder.Plan.Runs[0]);
        Assert.Contains("--budget 100 --set a.b=1, but this one has no --budget", Refused(folder.Plan), StringComparison.Ordinal);
        Begin(corrected);
    }

    [Fact]
    public void An_arm_is_bound_by_its_own_runs_only()
    {
        using var folder = new CompareFolder();
        Begin(folder.Plan);
        CompareFolder.Interrupt(folder.Plan.Runs.First(r => r.Label == "slow"));
        Begin(folder.Plan with { Arms = [Changed("fast")] });
        Assert.Contains("slow is --algo slow, but here it is --algo slow --set algo.k=2", Refused(folder.Plan with { Arms = [Changed("slow")] }), StringComparison.Ordinal);
        Assert.Contains("but this one has --budget 7", Refused(folder.Plan with { Budget = 7, Arms = [Changed("fast")] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "evaluationReturn": 1, "envSteps": 5, "trainSeconds": 1 }""")]
    [InlineData("""{ "failed": "every episode faulted" }""")]
    [InlineData("damaged")]
    public void A_result_binds_whatever_it_says(string result)
    {
        using var folder = new CompareFolder(seeds: 4, "fast");
        Begin(folder.Plan);
        string run = folder.Plan.Runs[3].Folder;
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "result.json"), result);
        Assert.Contains("holds a comparison", Refused(folder.Plan with { Seeds = 1, Settings = ["a=1"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_another_process_is_at_work_on_binds()
    {
        using var folder = new CompareFolder(seeds: 1, "fast");
        Begin(folder.Plan);
        string held = Path.Combine(folder.Plan.Runs[0].Folder, "run.lock");
        Directory.CreateDirectory(folder.Plan.Runs[0].Folder);
        using (new FileStream(held, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            Refused(folder.Plan with { Budget = 7 });
        Begin(folder.Plan with { Budget = 7 });
    }

    [Fact]
    public void The_speed_of_what_was_replaced_is_measured_again()
    {
        using var folder = new CompareFolder(seeds: 1);
        Begin(folder.Plan);
        PlannedRun[] probes = [.. (folder.Plan with { Folder = Path.Combine(folder.Path, "estimate") }).Runs];
        foreach (var probe in probes) CompareFolder.Finish(probe, 1);
        Begin(folder.Plan with { Arms = [Changed("fast"), folder.Plan.Arms[1]] });
        Assert.Equal([false, true], probes.Select(p => Directory.Exists(p.Folder)));
        Begin(folder.Plan with { Arms = [Changed("fast"), folder.Plan.Arms[1]], Settings = ["run.evaluations=2"] });
        Assert.False(Directory.Exists(probes[1].Folder));
    }

    [Theory]
    [InlineData("comparison.json.tmp", "comparison.json could not be written: ")]
    [InlineData("commands.txt", "commands.txt could not be written: ")]
    [InlineData("comparison.json", "comparison.json is a folder; a regular file is expected.")]
    public void A_folder_in_place_of_a_file_is_an_error_of_one_line(string file, string expected)
    {
        using var folder = new CompareFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, file));
        var error = Assert.ThrowsAny<MbMixException>(() => Begin(folder.Plan));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 300);
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_an_error_of_one_line()
    {
        using var folder = new CompareFolder();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<MbMixException>(() => Begin(folder.Plan with { Folder = Path.Combine(file, "c") }));
        Assert.StartsWith($"{file}/c could not be created: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupted_runs_go_on_with_changed_plugins_if_that_is_accepted()
    {
        using var folder = new CompareFolder(seeds: 1, "fast");
        var plan = folder.Plan with { AcceptChangedPlugins = true, PluginFolders = ["/p"] };
        var run = plan.Runs[0];
        Assert.Equal(["train", "--resume", run.Folder, "--accept-changed-plugins", "--plugins", "/p"], plan.ResumeArguments(run));
        Assert.Equal(["train", "--resume", run.Folder], folder.Plan.ResumeArguments(run));
        Assert.DoesNotContain("--accept-changed-plugins", plan.TrainArguments(run));
    }

    private static ComparisonArm Changed(string label) => new() { Label = label, Algorithm = label, Settings = ["algo.k=2"] };

    private static void Begin(ComparisonPlan plan) => new ComparisonReport(plan).Begin(Launcher);

    private static string Refused(ComparisonPlan plan) => Assert.Throws<ConfigurationException>(() => Begin(plan)).Message;
}

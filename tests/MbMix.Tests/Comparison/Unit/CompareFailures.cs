using System.Globalization;
using MbMix.Comparison;

namespace MbMix.Tests.Unit;

/// <summary>A run, an environment or a file that is damaged costs the others nothing.</summary>
public sealed class CompareFailures
{
    [Theory]
    [InlineData("""{ "evaluationReturn": "NaN", "envSteps": 5, "trainSeconds": 1 }""", "'evaluationReturn' is \"NaN\"; a number is expected.")]
    [InlineData("""{ "evaluationReturn": 1, "trainSeconds": 1 }""", "'envSteps' is missing; a number of steps is expected.")]
    [InlineData("""{ "evaluationReturn": 1, "envS""", "not valid JSON")]
    [InlineData("", "is empty")]
    [InlineData(null, "is a folder; a regular file is expected.")]
    [InlineData("""{ "failed": 7 }""", "'failed' is 7; a text is expected.")]
    [InlineData("""{ "evaluationReturn": 1, "envSteps": 5, "trainSeconds": 1, "faults": -1 }""", "'faults' is -1;")]
    public void A_result_that_cannot_be_read_is_a_failed_run_and_the_others_keep_their_table(string? content, string reason)
    {
        using var folder = new CompareFolder();
        var plan = FinishAll(folder);
        Replace(plan.Runs[2], "result.json", content);
        var result = new ComparisonReport(plan).Write(CompareFolder.Ends(plan));
        Assert.Equal(["fast", "-10.0", "-", "-10.0", "failed", "-10.0"], Cells(result.Table, "fast")[..6]);
        Assert.Equal("-20.0 [-20.0, -20.0]", Cells(result.Table, "slow")[2]);
        string line = Assert.Single(Failures(result.Table));
        Assert.StartsWith("- test/hill-v1 fast seed 1: result.json is not the result of a run: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Contains($"Delete {plan.Runs[2].Folder} to repeat the run.", line, StringComparison.Ordinal);
        Assert.True(line.Length <= 302, line);
        Assert.Equal(result.Table, File.ReadAllText(Path.Combine(folder.Path, "table.md")));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void A_reason_with_commas_and_quotes_is_one_field_of_the_summary()
    {
        using var folder = new CompareFolder(seeds: 1);
        CompareFolder.Finish(folder.Plan.Runs[0], 1);
        RunUpdate[] ends = [.. CompareFolder.Ends(folder.Plan)[..1], new(folder.Plan.Runs[1], RunStage.Failed, "a \"b\", c")];
        var result = new ComparisonReport(folder.Plan).Write(ends);
        Assert.Equal("-", Cells(result.Table, "slow")[1]);
        Assert.Equal("failed", Cells(result.Table, "slow")[3]);
        Assert.Equal(["- test/hill-v1 slow seed 0: a \"b\", c"], Failures(result.Table));
        string[] lines = File.ReadAllLines(Path.Combine(folder.Path, "summary.csv"));
        Assert.EndsWith(",train_seconds,reason", lines[0], StringComparison.Ordinal);
        Assert.Equal("test/hill-v1,slow,0,failed,,,,,,,,,,,\"a \"\"b\"\", c\"", lines[2]);
        Assert.Equal(lines[0].Split(',').Length, lines[1].Split(',').Length);
    }

    [Fact]
    public void Where_every_run_failed_the_table_says_so()
    {
        using var folder = new CompareFolder(seeds: 1);
        var report = new ComparisonReport(folder.Plan);
        Assert.Equal("", report.Write(CompareFolder.Ends(folder.Plan)).Table);
        var result = report.Write([.. folder.Plan.Runs.Select(r => new RunUpdate(r, RunStage.Failed, "why"))]);
        Assert.Equal(2, Failures(result.Table).Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\0\u0001\u0002")]
    [InlineData("gone")]
    public void Without_its_log_a_run_keeps_its_return_and_has_no_costs(string? content)
    {
        using var folder = new CompareFolder();
        var plan = FinishAll(folder);
        if (content == "gone") File.Delete(Path.Combine(plan.Runs[0].Folder, "metrics.csv"));
        else Replace(plan.Runs[0], "metrics.csv", content);
        var result = new ComparisonReport(plan).Write(CompareFolder.Ends(plan));
        Assert.Equal("-10.0 [-10.0, -10.0]", Cells(result.Table, "fast")[2]);
        Assert.Equal(["2000", "6000", "2000", "4000", "10000", "20"], Cells(result.Table, "fast")[6..]);
        Assert.Contains("- test/hill-v1 fast seed 0: its costs are not known: ", result.Table, StringComparison.Ordinal);
        Assert.Contains("metrics.csv", result.Table, StringComparison.Ordinal);
        Assert.Empty(Failures(result.Table));
        Assert.Equal("test/hill-v1,fast,0,finished,-10,2000,,,,,,,,20.000,", File.ReadAllLines(Path.Combine(folder.Path, "summary.csv"))[1]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("env_steps,mean\n")]
    [InlineData("env_steps,wall_seconds,mean\n1,1,1e300\n2,2,-1e300\n")]
    [InlineData("env_steps,wall_seconds,mean\n1,1,NaN\n2,2,Infinity\n")]
    public void A_run_without_a_curve_is_named_and_the_other_curves_are_drawn(string? content)
    {
        using var folder = new CompareFolder();
        var plan = FinishAll(folder);
        Replace(plan.Runs[0], "evaluations.csv", content);
        var report = new ComparisonReport(plan);
        var result = report.Write(CompareFolder.Ends(plan));
        Assert.Contains(result.Notes, n => n.StartsWith("test/hill-v1 fast seed 0 has no learning curve over steps: ", StringComparison.Ordinal));
        Assert.Empty(result.Errors);
        Assert.True(HasLine(report.PlotFile("test/hill-v1", "steps"), c => c.Blue > 150 && c.Red < 80));
        Assert.True(HasLine(report.PlotFile("test/hill-v1", "steps"), c => c.Red > 200 && c.Blue < 80));
    }

    [Theory]
    [InlineData(1e308)]
    [InlineData(1.7976931348623157e308)]
    [InlineData(1e31)]
    [InlineData(1e30)]
    [InlineData(1e20)]
    public void Returns_beyond_all_bounds_cost_the_other_arm_and_the_other_environment_nothing(double huge)
    {
        using var folder = new CompareFolder();
        var plan = folder.Plan with { Environments = ["test/hill-v1", "test/lake-v1"] };
        foreach (var run in plan.Runs)
        {
            bool odd = run is { Environment: "test/hill-v1", Label: "slow" };
            CompareFolder.Finish(run, odd ? run.Seed == 0 ? -huge : huge : -10 - run.Seed);
        }
        var report = new ComparisonReport(plan);
        var result = report.Write(CompareFolder.Ends(plan));
        Assert.Empty(result.Errors);
        Assert.Equal("-11.0 [-12.0, -10.0]", Cells(result.Table, "fast")[2]);
        Assert.DoesNotContain("Infinity", result.Table, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", result.Table, StringComparison.Ordinal);
        Assert.All(result.Table.Split('\n'), l => Assert.True(l.Length < 300, l));
        Assert.True(File.Exists(report.ProfileFile(null)));
        foreach (string environment in plan.Environments)
        {
            Assert.True(HasLine(report.ProfileFile(environment), c => c.Blue > 150 && c.Red < 80));
            Assert.True(HasLine(report.PlotFile(environment, "steps"), c => c.Blue > 150 && c.Red < 80));
        }
        bool omitted = huge > CurvePlot.Largest;
        Assert.Equal(omitted, result.Notes.Contains("test/hill-v1 slow: the returns are too large for a performance profile."));
        Assert.Equal(huge > 1e307, result.Notes.Contains("test/hill-v1 slow: the returns are too large for some statistics."));

        // on the common scale, the other arm lies in the middle
        Assert.Contains(File.ReadLines(Path.Combine(folder.Path, "statistics.csv")), l => l.StartsWith("all,fast,mean,6,0.5,", StringComparison.Ordinal));
    }

    [Fact]
    public void A_figure_that_cannot_be_drawn_is_an_error_of_one_line()
    {
        double[] x = [0, 1], y = [double.PositiveInfinity, double.NegativeInfinity];
        var error = Assert.Throws<MbMixException>(() => CurvePlot.Draw("t", "x", "y", [("a", new(x, y, [1], [2, 3, 4]))]));
        Assert.StartsWith("could not be drawn: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named_and_the_others_are_written()
    {
        using var folder = new CompareFolder();
        var plan = FinishAll(folder) with { Environments = ["test/hill-v1", "test/lake-v1"] };
        foreach (var run in plan.Runs) CompareFolder.Finish(run, run.Seed);
        var report = new ComparisonReport(plan);
        Directory.CreateDirectory(Path.Combine(folder.Path, "table.md"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "statistics.csv.tmp"));
        string linked = report.PlotFile("test/hill-v1", "steps"), elsewhere = Path.Combine(folder.Path, "elsewhere");
        Directory.CreateDirectory(Path.GetDirectoryName(linked)!);
        File.CreateSymbolicLink(linked, elsewhere);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "plots", "test.lake-v1"), Path.Combine(folder.Path, "runs"));

        var result = report.Write(CompareFolder.Ends(plan));

        Assert.Contains("## test/lake-v1", result.Table, StringComparison.Ordinal);
        Assert.Equal(2 + 1 + 3, result.Errors.Count);
        Assert.All(result.Errors, e => Assert.InRange(e.Length, 10, 300));
        Assert.StartsWith($"{Path.Combine(folder.Path, "table.md")} could not be written: ", result.Errors[0], StringComparison.Ordinal);
        Assert.Contains("statistics.csv", result.Errors[1], StringComparison.Ordinal);
        Assert.Contains(result.Errors, e => e.Contains("curves-steps.png is a symbolic link", StringComparison.Ordinal));
        Assert.False(File.Exists(elsewhere));
        foreach (string file in new[] { "summary.csv", "profiles.csv", "plots/profile.png", "plots/test.hill-v1/curves-seconds.png", "plots/test.hill-v1/profile.png" })
            Assert.True(File.Exists(Path.Combine(folder.Path, file)), file);
        Assert.False(File.Exists(Path.Combine(folder.Path, "table.md.tmp")));
        Assert.False(File.Exists(Path.Combine(folder.Path, "runs", "profile.png")));
    }

    [Fact]
    public void Faults_of_evaluations_are_counted_for_each_arm()
    {
        using var folder = new CompareFolder(seeds: 2);
        foreach (var run in folder.Plan.Runs) CompareFolder.Finish(run, 1);
        foreach (var run in folder.Plan.Runs.Where(r => r.Label == "slow"))
            Replace(run, "result.json", string.Create(CultureInfo.InvariantCulture, $$"""{ "evaluationReturn": 1, "envSteps": 2000, "trainSeconds": 1, "returns": [1, 2, 3, 4], "faults": {{run.Seed + 1}} }"""));
        string table = new ComparisonReport(folder.Plan).Write(CompareFolder.Ends(folder.Plan)).Table;
        Assert.Contains("\n- test/hill-v1 slow: 3 of 8 evaluation episodes ended with a fault\n", table, StringComparison.Ordinal);
        Assert.DoesNotContain("hill-v1 fast:", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "steps: use `--budget` to compare them at the same number.")]
    [InlineData(4000L, "because iterations are whole: up to 2144 more than the budget of 4000. For the same number, choose a budget that is a multiple of")]
    [InlineData(8000L, "not take the same number of environment steps.\n")]
    public void Where_steps_differ_the_advice_depends_on_whether_there_was_a_budget(long? budget, string expected)
    {
        using var folder = new CompareFolder(seeds: 1);
        var plan = folder.Plan with { Budget = budget };
        CompareFolder.Finish(plan.Runs[0], 1, steps: 4096);
        CompareFolder.Finish(plan.Runs[1], 1, steps: 6144);
        string table = new ComparisonReport(plan).Write(CompareFolder.Ends(plan)).Table;
        Assert.Contains(expected, table, StringComparison.Ordinal);
        Assert.Equal(budget is null, table.Contains("--budget", StringComparison.Ordinal));
    }

    [Fact]
    public void A_measurement_that_cannot_be_read_gives_no_speed()
    {
        using var folder = new CompareFolder(seeds: 1, "fast");
        var run = folder.Plan.Runs[0];
        CompareFolder.Finish(run, 1);
        Assert.NotNull(RunSpeed.Read(run));
        Replace(run, "evaluations.csv", null);
        Assert.Null(RunSpeed.Read(run));
        Replace(run, "metrics.csv", null);
        Assert.Null(RunSpeed.Read(run));
    }

    private static ComparisonPlan FinishAll(CompareFolder folder)
    {
        foreach (var run in folder.Plan.Runs) CompareFolder.Finish(run, run.Label == "fast" ? -10 : -20);
        return folder.Plan;
    }

    // null puts a folder in the place of the file
    private static void Replace(PlannedRun run, string file, string? content)
    {
        string path = Path.Combine(run.Folder, file);
        File.Delete(path);
        if (content is null) Directory.CreateDirectory(path);
        else File.WriteAllText(path, content);
    }

    private static string[] Cells(string table, string algorithm) =>
        table.Split('\n').First(l => l.StartsWith($"| {algorithm} ", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries)[1..^1];

    private static string[] Failures(string table) =>
        [.. table.Split('\n').SkipWhile(l => l != "## Failed runs").Where(l => l.StartsWith("- ", StringComparison.Ordinal))];

    private static bool HasLine(string file, Func<SkiaSharp.SKColor, bool> color)
    {
        using var picture = SkiaSharp.SKBitmap.Decode(file);
        return picture.Pixels.Any(color);
    }
}

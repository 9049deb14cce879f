using MbMix.Comparison;

namespace MbMix.Tests.Unit;

public sealed class CompareReport
{
    [Fact]
    public void Table_has_the_median_every_seed_the_interval_and_the_costs()
    {
        using var folder = new CompareFolder();
        string table = FinishAll(folder);
        string[] cells = Cells(table, "fast");
        Assert.Equal("-500.0", cells[1]);
        Assert.Equal("-490.0 [-520.0, -450.0]", cells[2]);
        Assert.Equal(["-520.0", "-450.0", "-500.0"], cells[3..6]);
        Assert.Equal(["2000", "6000", "2000", "4000", "10000", "20"], cells[6..]);
        Assert.Contains("| fast | slow | 1.00 [1.00, 1.00] |", table);
        Assert.DoesNotContain("not take the same number", table);
    }

    [Fact]
    public void Two_seeds_get_no_interval_and_a_missing_run_gets_a_dash()
    {
        using var folder = new CompareFolder(seeds: 2);
        CompareFolder.Finish(folder.Plan.Runs[0], -10, steps: 64);
        CompareFolder.Finish(folder.Plan.Runs[1], -12);
        CompareFolder.Finish(folder.Plan.Runs[2], -20);
        string table = new ComparisonReport(folder.Plan).Write(CompareFolder.Ends(folder.Plan)).Table;
        Assert.Equal(["-15.0", "-", "-10.0", "-20.0"], Cells(table, "fast")[1..5]);
        Assert.Equal(["-12.0", "-", "-12.0", "-"], Cells(table, "slow")[1..5]);
        Assert.DoesNotContain("Probability", table);
        Assert.Contains("not take the same number of environment steps", table);
    }

    [Fact]
    public void Summary_has_one_line_per_run_in_the_order_of_the_plan()
    {
        using var folder = new CompareFolder();
        FinishAll(folder);
        string[] lines = File.ReadAllLines(Path.Combine(folder.Path, "summary.csv"));
        Assert.Equal(7, lines.Length);
        Assert.Equal("test/hill-v1,fast,0,finished,-520,2000,2000,2000,4000,10000,6000,500,600,20.000,", lines[1]);
        Assert.StartsWith("test/hill-v1,slow,0,finished,-620,", lines[2]);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(1)]
    public void Curves_are_pictures_whether_runs_were_evaluated_on_the_way_or_at_the_end_only(int evaluations)
    {
        using var folder = new CompareFolder();
        foreach (var run in folder.Plan.Runs) CompareFolder.Finish(run, -500 - run.Seed, evaluations: evaluations);
        var report = new ComparisonReport(folder.Plan);
        report.Write(CompareFolder.Ends(folder.Plan));
        foreach (string over in new[] { "steps", "seconds" })
        {
            using var picture = SkiaSharp.SKBitmap.Decode(report.PlotFile("test/hill-v1", over));
            Assert.Equal(900, picture.Width);
            var colors = picture.Pixels.Distinct().ToHashSet();
            Assert.Contains(colors, c => c.Blue > 150 && c.Red < 80); // the first algorithm's line
            Assert.Contains(colors, c => c.Red > 200 && c.Blue < 80); // the second's
        }
    }

    [Fact]
    public void Environments_are_put_together_on_a_common_scale()
    {
        using var folder = new CompareFolder();
        var plan = folder.Plan with { Environments = ["test/hill-v1", "test/lake-v1"] };

        // on the hill from -20 (worst) to 0 (best), on the lake from 0 to 1000: fast scores .5 .75 1 and 0 .1 1
        double[] hill = [-10, -5, 0], lake = [0, 100, 1000];
        foreach (var run in plan.Runs)
        {
            bool fast = run.Label == "fast";
            double value = run.Environment == "test/hill-v1" ? fast ? hill[run.Seed] : -20 : fast ? lake[run.Seed] : 500;
            CompareFolder.Finish(run, value);
        }
        string table = new ComparisonReport(plan).Write(CompareFolder.Ends(plan)).Table;
        string[] rows = [.. File.ReadAllLines(Path.Combine(folder.Path, "statistics.csv")).Where(l => l.StartsWith("all,", StringComparison.Ordinal))];
        double[] values = [.. rows.Where(l => l.StartsWith("all,fast,", StringComparison.Ordinal)).Select(l => double.Parse(l.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture))];

        // IQM of the six: 0 and 1 off at the ends leave .1 .5 .75 1; means .75 and 1.1/3
        Assert.Equal((0.1 + 0.5 + 0.75 + 1) / 4, values[0], 9);
        Assert.Equal((0.75 + (1.1 / 3)) / 2, values[1], 9);
        Assert.Equal(values[1], values[2], 9);
        Assert.Equal(1 - values[2], values[3], 9);

        // all pairs on the hill, one of three on the lake
        Assert.Equal((1 + (1.0 / 3)) / 2, values[4], 9);
        Assert.Contains("## Over environments", table);
        string[] profile = [.. File.ReadAllLines(Path.Combine(folder.Path, "profiles.csv")).Where(l => l.StartsWith("all,slow,", StringComparison.Ordinal))];
        Assert.Equal(101, profile.Length);
        Assert.EndsWith(",1,1,1", profile[0]);
        Assert.True(File.Exists(new ComparisonReport(plan).ProfileFile(null)));
        Assert.True(File.Exists(new ComparisonReport(plan).ProfileFile("test/lake-v1")));
    }

    [Fact]
    public void A_comparison_grows_but_does_not_change_its_terms()
    {
        using var folder = new CompareFolder();
        var launcher = new ProcessRunLauncher("mbmix");
        new ComparisonReport(folder.Plan).Begin(launcher);
        CompareFolder.Interrupt(folder.Plan.Runs[0]);
        new ComparisonReport(folder.Plan with { Seeds = 5, Arms = ComparisonArm.Plain(["fast", "slow", "new"]) }).Begin(launcher);
        var error = Assert.Throws<ConfigurationException>(() => new ComparisonReport(folder.Plan with { Budget = 100, Settings = ["a=1"] }).Begin(launcher));
        Assert.Contains("no --budget, but this one has --budget 100 --set a=1", error.Message);
        Assert.Contains("--out", error.Message);
    }

    [Fact]
    public void Commands_are_written_so_that_a_shell_can_repeat_them()
    {
        using var folder = new CompareFolder(seeds: 1, "fast");
        new ComparisonReport(folder.Plan with { Budget = 100, Settings = ["name=it's here"] }).Begin(new ProcessRunLauncher("dotnet", "mbmix.dll"));
        string command = Assert.Single(File.ReadAllLines(Path.Combine(folder.Path, "commands.txt")));
        Assert.StartsWith("dotnet mbmix.dll train test/hill-v1 --algo fast --seed 0 --threads 1 --out ", command);
        Assert.EndsWith(@"/runs/test.hill-v1/fast/seed0 --budget 100 --set 'name=it'\''s here'", command);
    }

    // the first row that begins with the algorithm
    private static string[] Cells(string table, string algorithm) =>
        table.Split('\n').First(l => l.StartsWith($"| {algorithm} ", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries)[1..^1];

    private static string FinishAll(CompareFolder folder)
    {
        double[] fast = [-520, -450, -500], slow = [-620, -550, -600];
        foreach (var run in folder.Plan.Runs) CompareFolder.Finish(run, (run.Label == "fast" ? fast : slow)[run.Seed]);
        return new ComparisonReport(folder.Plan).Write(CompareFolder.Ends(folder.Plan)).Table;
    }
}

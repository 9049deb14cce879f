using MbMix.Comparison;

namespace MbMix.Tests.Unit;

/// <summary>Reports of stored runs.</summary>
public sealed class StoredReports
{
    [Fact]
    public void The_report_of_a_comparison_is_written_again_with_the_same_numbers()
    {
        using var folder = new CompareFolder(seeds: 3, "slow", "fast");
        var plan = folder.Plan with { Environments = ["test/lake-v1", "test/hill-v1"], Scale = new Dictionary<string, (double, double)> { ["test/hill-v1"] = (-30, 0) } };
        new ComparisonReport(plan).Begin(new ProcessRunLauncher("mbmix"));
        foreach (var run in plan.Runs) CompareFolder.Finish(run, (run.Label == "fast" ? -10 : -20) - run.Seed);
        new ComparisonReport(plan).Write(CompareFolder.Ends(plan));
        string[] files = ["table.md", "summary.csv", "statistics.csv", "decisions.csv", "profiles.csv"];
        string[] before = Array.ConvertAll(files, f => File.ReadAllText(Path.Combine(folder.Path, f)));
        foreach (string file in files.Append("report.html")) File.Delete(Path.Combine(folder.Path, file));
        Directory.Delete(Path.Combine(folder.Path, "plots"), recursive: true);

        var result = StoredComparison.Read([folder.Path], null).WriteReport();
        Assert.Empty(result.Errors);
        Assert.Empty(result.Notes);
        Assert.Equal(before, Array.ConvertAll(files, f => File.ReadAllText(Path.Combine(folder.Path, f))));
        Assert.True(File.Exists(Path.Combine(folder.Path, "report.html")));
        Assert.Equal(6, Directory.GetFiles(Path.Combine(folder.Path, "plots"), "*.png", SearchOption.AllDirectories).Length - 1);
    }

    [Fact]
    public void Every_run_that_is_not_a_finished_one_of_the_common_budget_is_named_in_one_line()
    {
        using var folder = new CompareFolder(seeds: 3);
        new ComparisonReport(folder.Plan).Begin(new ProcessRunLauncher("mbmix"));
        foreach (var run in folder.Plan.Runs)
        {
            CompareFolder.Finish(run, -10 - run.Seed);
            ReportFolders.Configure(run.Folder, run.Environment, run.Label, run.Seed, budget: 2000);
        }
        var runs = folder.Plan.Runs;
        File.Delete(Path.Combine(runs[0].Folder, "result.json"));
        File.WriteAllText(Path.Combine(runs[1].Folder, "result.json"), "{ nonsense");
        File.WriteAllText(Path.Combine(runs[2].Folder, "result.json"), """{ "failed": "It exploded.", "evaluationReturn": 0, "envSteps": 0, "trainSeconds": 0 }""");
        ReportFolders.Configure(runs[3].Folder, runs[3].Environment, runs[3].Label, runs[3].Seed, budget: 999);
        File.WriteAllText(Path.Combine(runs[4].Folder, "metrics.csv"), "");
        File.WriteAllText(Path.Combine(runs[4].Folder, "manifest.json"), "[]");
        Directory.Delete(runs[5].Folder, recursive: true);

        var remarks = StoredComparison.Read([folder.Path], null).WriteReport().Remarks;
        (PlannedRun Run, string Text)[] expected =
        [
            (runs[0], "is not finished (2000 of 2000 environment steps) and is in no statistic."),
            (runs[1], "failed and is in no statistic: result.json is not the result of a run"),
            (runs[2], "failed and is in no statistic: It exploded"),
            (runs[3], "has a budget of 999 environment steps, most runs on this environment 2000."),
            (runs[4], "its costs are not known, because its metrics are damaged: metrics.csv has no complete line."),
            (runs[4], "how it was made is not known:"),
            (runs[5], "has not been started."),
        ];
        foreach (var (run, text) in expected)
            Assert.Single(remarks, r => r.StartsWith(run.ToString(), StringComparison.Ordinal) && r.Contains(text, StringComparison.Ordinal));
        Assert.Equal(expected.Length, remarks.Count);
        Assert.All(remarks, r => Assert.True(r.Length <= OneLine.Longest && !r.Contains('\n'), r));
    }

    [Fact]
    public void Runs_from_anywhere_are_put_together_by_algorithm_and_settings()
    {
        using var folder = new CompareFolder();
        string Run(string name, string algorithm, long seed, string rate = "0.1")
        {
            string path = Path.Combine(folder.Path, "loose", name);
            CompareFolder.Finish(new PlannedRun("", new() { Label = "", Algorithm = "" }, seed, path, ""), -10 - seed);
            ReportFolders.Configure(path, "test/hill-v1", algorithm, seed, 2000, ("rate", rate), ("same", "1"));
            return path;
        }
        Run("a0", "test/fast-v1", 0);
        Run("a1", "test/fast-v1", long.MaxValue);
        Run("b0", "test/slow-v1", 0, "0.2");
        Run("b1", "test/slow-v1", 0, "0.3");
        Run("twin", "test/slow-v1", 0, "0.3");
        File.WriteAllText(Path.Combine(Run("damaged", "test/slow-v1", 5), "config.json"), "{");
        string output = Path.Combine(folder.Path, "out");

        var stored = StoredComparison.Read([Path.Combine(folder.Path, "loose")], output);
        Assert.Equal(["fast", "slow algo.rate=0.2", "slow algo.rate=0.3"], stored.Plan.Arms.Select(a => a.Label));
        Assert.Equal([0, long.MaxValue, 0, 0], stored.Plan.Runs.Select(r => r.Seed));
        stored.WriteReport();
        Assert.True(File.Exists(Path.Combine(output, "report.html")));
        Assert.Contains("seed 9223372036854775807", File.ReadAllText(Path.Combine(output, "table.md")));

        var again = StoredComparison.Read([Path.Combine(folder.Path, "loose")], output);
        var remarks = again.WriteReport().Remarks;
        Assert.Single(remarks, r => r.Contains("twin is left out: another run is test/hill-v1 slow algo.rate=0.3 seed 0 with the same settings.", StringComparison.Ordinal));
        Assert.Single(remarks, r => r.Contains("damaged is left out: ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_report_is_refused()
    {
        using var folder = new CompareFolder();
        string empty = Directory.CreateDirectory(Path.Combine(folder.Path, "empty")).FullName;
        string file = Path.Combine(empty, "thesis.txt");
        Assert.Contains("holds no runs", Assert.Throws<ConfigurationException>(() => StoredComparison.Read([empty], null)).Message);
        File.WriteAllText(file, "");
        Assert.Contains("is a file", Assert.Throws<ConfigurationException>(() => StoredComparison.Read([file], null)).Message);
        Assert.Contains("There is no folder", Assert.Throws<ConfigurationException>(() => StoredComparison.Read([empty + "/x"], null)).Message);
        CompareFolder.Finish(folder.Plan.Runs[0], 1);
        ReportFolders.Configure(folder.Plan.Runs[0].Folder, "test/hill-v1", "test/fast-v1", 0, 2000);
        Assert.Contains("'thesis.txt', which no report has made", Assert.Throws<ConfigurationException>(() => StoredComparison.Read([folder.Plan.Runs[0].Folder], empty)).Message);
    }
}

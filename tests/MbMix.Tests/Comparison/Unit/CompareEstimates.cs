using MbMix.Comparison;
using MbMix.Hosting;

namespace MbMix.Tests.Unit;

public sealed class CompareEstimates
{
    [Fact]
    public void Hours_are_what_is_left_at_the_speed_of_the_second_half()
    {
        using var folder = new CompareFolder(seeds: 2);
        var plan = folder.Plan with { Budget = 3_600_000 };
        var options = new RunOptions { Budget = 3_600_000, Evaluations = 20 };
        var estimate = new ComparisonEstimate(plan, jobs: 2, _ => options);
        Assert.Equal(ComparisonEstimate.ProbeSteps, estimate.Probes.Budget);
        Assert.Equal(2, estimate.Probes.Runs.Count);
        Assert.Contains("4 runs whose speed could not be measured", estimate.Write(), StringComparison.Ordinal);

        // fast: 0.01 s a step; slow: 0.001 s a step
        CompareFolder.Finish(estimate.Probes.Runs[0], 0, secondsPerStep: 0.01);
        CompareFolder.Finish(estimate.Probes.Runs[1], 0, secondsPerStep: 0.001);
        CompareFolder.Finish(plan.Runs[0], 0);
        string[] lines = estimate.Write().Split('\n');

        // one run of 36,000 s and two of 3,600 s, and evaluations of 0.5 s
        Assert.Equal(["test/hill-v1", "fast", "1", "3600000", "10.000", "10.00"], Cells(lines[2]));
        Assert.Equal(["test/hill-v1", "slow", "2", "7200000", "1.000", "2.01"], Cells(lines[3]));
        Assert.Equal("estimate: 6.0 hours with 2 runs in parallel (12.0 hours of runs)", lines[4]);
    }

    [Fact]
    public void One_run_is_not_called_several()
    {
        using var folder = new CompareFolder(seeds: 1, "fast");
        var estimate = new ComparisonEstimate(folder.Plan, jobs: 1, _ => new RunOptions { Budget = 1000, Evaluations = 1 });
        string text = estimate.Write();
        Assert.Contains("with 1 run in parallel (", text, StringComparison.Ordinal);
        Assert.Contains("and 1 run whose speed could not be measured", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_happens_once_counts_once()
    {
        using var folder = new CompareFolder(seeds: 1, "fast");
        string run = folder.Plan.Runs[0].Folder;
        CompareFolder.Finish(folder.Plan.Runs[0], 0);
        File.WriteAllText(Path.Combine(run, "metrics.csv"), "env_steps,wall_seconds\n100,50\n200,51\n300,52\n400,53\n");
        var speed = RunSpeed.Read(folder.Plan.Runs[0])!;
        Assert.Equal(0.01, speed.PerStep, 9);
        Assert.Equal(49, speed.Once, 9);
        Assert.Equal(0.5, speed.Evaluation, 9);
        Assert.Equal(49 + 10 + 2, speed.Seconds(1000, 4), 9);
    }

    [Fact]
    public void An_arm_may_be_added_but_not_changed()
    {
        using var folder = new CompareFolder();
        var launcher = new ProcessRunLauncher("mbmix");
        new ComparisonReport(folder.Plan).Begin(launcher);
        CompareFolder.Interrupt(folder.Plan.Runs[0]);
        ComparisonArm changed = new() { Label = "fast", Algorithm = "fast", Settings = ["algo.k=2"] };
        new ComparisonReport(folder.Plan with { Arms = [changed with { Label = "faster" }] }).Begin(launcher);
        var error = Assert.Throws<ConfigurationException>(() => new ComparisonReport(folder.Plan with { Arms = [changed] }).Begin(launcher));
        Assert.Contains("fast is --algo fast, but here it is --algo fast --set algo.k=2", error.Message, StringComparison.Ordinal);

        // what was added is remembered
        CompareFolder.Interrupt((folder.Plan with { Arms = [changed with { Label = "faster" }] }).Runs[0]);
        var again = Assert.Throws<ConfigurationException>(() => new ComparisonReport(folder.Plan with { Arms = [changed with { Label = "faster", Settings = [] }] }).Begin(launcher));
        Assert.Contains("faster is", again.Message, StringComparison.Ordinal);
    }

    private static string[] Cells(string line) => line.Split('|', StringSplitOptions.TrimEntries)[1..^1];
}

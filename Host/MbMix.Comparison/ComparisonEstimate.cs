using System.Text;
using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>
/// How long a comparison will take, from the speed of its first iterations: every arm is trained for a while on every environment, as
/// many side by side as the comparison itself. What was measured stays in the folder and is not measured again.
/// </summary>
public sealed class ComparisonEstimate
{
    /// <summary>Environment steps of a measurement: enough for a model to be in use in its second half.</summary>
    public const long ProbeSteps = 16_384;

    private readonly ComparisonPlan plan;
    private readonly int jobs;
    private readonly Func<PlannedRun, RunOptions> options;

    /// <summary>Makes the estimate of a plan.</summary>
    /// <param name="plan">Plan.</param>
    /// <param name="jobs">Runs side by side.</param>
    /// <param name="options">Budget and evaluations of a run.</param>
    public ComparisonEstimate(ComparisonPlan plan, int jobs, Func<PlannedRun, RunOptions> options)
    {
        (this.plan, this.jobs, this.options) = (plan, jobs, options);
        Probes = plan with
        {
            Folder = Path.Combine(plan.Folder, "estimate"),
            Seeds = 1,
            Budget = Math.Min(ProbeSteps, plan.Runs.Min(r => options(r).Budget)),
            Settings = [.. plan.Settings, "run.evaluations=1"],
        };
    }

    /// <summary>The short runs that measure.</summary>
    public ComparisonPlan Probes { get; }

    /// <summary>What is left to do, as a table and a line that sums it up.</summary>
    public string Write()
    {
        double total = 0;
        int unknown = 0;
        List<string[]> rows = [["environment", "algorithm", "runs left", "steps left", "s per 1,000 steps", "hours"]];
        foreach (var group in plan.Runs.GroupBy(r => (r.Environment, r.Arm)))
        {
            long[] left = [.. group.Select(Left).Where(s => s > 0)];
            var probe = Probes.Runs.Single(r => r.Environment == group.Key.Environment && r.Arm == group.Key.Arm);
            var speed = left.Length > 0 ? RunSpeed.Read(probe.Folder) : null;
            string seconds = "-", hours = left.Length > 0 ? "?" : "0.00";
            if (speed is not null)
            {
                double sum = left.Sum(steps => speed.Seconds(steps, options(group.First()).Evaluations)) / 3600;
                (seconds, hours) = (FormattableString.Invariant($"{1000 * speed.PerStep:0.000}"), FormattableString.Invariant($"{sum:0.00}"));
                total += sum;
            }
            else if (left.Length > 0)
            {
                unknown += left.Length;
            }
            rows.Add([group.Key.Environment, group.Key.Arm.Label, FormattableString.Invariant($"{left.Length}"), FormattableString.Invariant($"{left.Sum()}"), seconds, hours]);
        }
        var text = new StringBuilder();
        MarkdownTable.Write(text, rows);
        text.Append(FormattableString.Invariant($"estimate: {total / jobs:0.0} hours with {jobs} side by side ({total:0.0} hours of runs)"));
        if (unknown > 0) text.Append(FormattableString.Invariant($", and {unknown} runs whose speed could not be measured"));
        return text.Append('\n').ToString();
    }

    private long Left(PlannedRun run)
    {
        if (RunRecord.StageOf(run.Folder) == RunStage.Finished) return 0;
        double done = RunGlance.At(run).EnvironmentSteps;
        return Math.Max(1, options(run).Budget - (double.IsFinite(done) ? (long)done : 0));
    }
}

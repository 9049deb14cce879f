using System.Text;
using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>
/// Estimates how long a comparison will take. Every arm is trained for a short while on every environment, with as many
/// runs in parallel as in the comparison itself. The measurements are kept in the comparison's folder and are not
/// repeated.
/// </summary>
public sealed class ComparisonEstimate
{
    /// <summary>Environment steps per measurement, enough for the second half of it to use a trained model.</summary>
    public const long ProbeSteps = 16_384;

    private readonly ComparisonPlan plan;
    private readonly int jobs;
    private readonly Func<PlannedRun, RunOptions> options;

    /// <summary>Prepares the estimate of a plan.</summary>
    /// <param name="plan">The plan to estimate.</param>
    /// <param name="jobs">Number of runs in parallel.</param>
    /// <param name="options">Returns budget and number of evaluations of a run.</param>
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

    /// <summary>The short runs that measure the speed.</summary>
    public ComparisonPlan Probes { get; }

    /// <summary>Formats the remaining work as a table, followed by a line with the total.</summary>
    public string Write()
    {
        double total = 0;
        int unknown = 0;
        List<string[]> rows = [["environment", "algorithm", "runs left", "steps left", "s per 1,000 steps", "hours"]];
        foreach (var group in plan.Runs.GroupBy(r => (r.Environment, r.Arm)))
        {
            long[] left = [.. group.Select(RemainingSteps).Where(s => s > 0)];
            var probe = Probes.Runs.Single(r => r.Environment == group.Key.Environment && r.Arm == group.Key.Arm);
            var speed = left.Length > 0 ? RunSpeed.Read(probe) : null;
            string seconds = "-", hours = left.Length > 0 ? "?" : "0.00";
            if (speed is not null)
            {
                double sum = left.Sum(s => speed.Seconds(s, options(group.First()).Evaluations)) / 3600;
                seconds = FormattableString.Invariant($"{1000 * speed.PerStep:0.000}");
                hours = FormattableString.Invariant($"{sum:0.00}");
                total += sum;
            }
            else if (left.Length > 0)
            {
                unknown += left.Length;
            }
            string count = FormattableString.Invariant($"{left.Length}");
            string steps = FormattableString.Invariant($"{left.Sum()}");
            rows.Add([group.Key.Environment, group.Key.Arm.Label, count, steps, seconds, hours]);
        }
        var text = new StringBuilder();
        MarkdownTable.Write(text, rows);
        string parallel = $"with {Amount.Of(jobs, "run")} in parallel";
        text.Append(FormattableString.Invariant(
            $"estimate: {total / jobs:0.0} hours {parallel} ({total:0.0} hours of runs)"));
        if (unknown > 0) text.Append($", and {Amount.Of(unknown, "run")} whose speed could not be measured");
        return text.Append('\n').ToString();
    }

    private long RemainingSteps(PlannedRun run)
    {
        // a failed result stays, too
        if (RunState.HasResult(run.Folder)) return 0;
        double done = RunGlance.At(run).EnvironmentSteps;
        return Math.Max(1, options(run).Budget - (double.IsFinite(done) ? (long)done : 0));
    }
}

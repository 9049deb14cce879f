using MbMix.Cli.Progress;
using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary>Speed and remaining time of a whole comparison, from the steps that its runs have taken.</summary>
internal sealed class ComparePace(ComparisonPlan plan, Func<PlannedRun, long> budget)
{
    private readonly DateTime start = DateTime.UtcNow;
    private double? first;

    /// <summary>Says how far the comparison is, in one line.</summary>
    /// <param name="stages">Stage of every run.</param>
    /// <param name="glances">Progress of every run.</param>
    public string Describe(
        IReadOnlyDictionary<PlannedRun, RunStage> stages, IReadOnlyDictionary<PlannedRun, RunGlance> glances)
    {
        double done = 0, left = 0;
        foreach (var run in plan.Runs)
        {
            double steps = glances[run].EnvironmentSteps;
            done += steps;
            if (stages[run] is not (RunStage.Finished or RunStage.Failed)) left += Math.Max(0, budget(run) - steps);
        }
        first ??= done;
        var elapsed = DateTime.UtcNow - start;
        double rate = (done - first.Value) / Math.Max(1e-3, elapsed.TotalSeconds);
        int Count(RunStage stage) => stages.Values.Count(s => s == stage);
        string failed = Count(RunStage.Failed) is var failures and > 0 ? $", {failures} failed" : "";
        string runs = $"{Count(RunStage.Finished)} of {plan.Runs.Count} finished, {Count(RunStage.Running)} running";
        string toGo = rate > 0 && left / rate < 8.64e6 ? Pace.Clock(TimeSpan.FromSeconds(left / rate)) : "?";
        return FormattableString.Invariant(
            $"{runs}{failed}; {rate:N0} steps/s, {Pace.Clock(elapsed)} so far, {toGo} to go");
    }
}

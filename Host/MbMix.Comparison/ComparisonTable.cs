using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>Formats the table of a comparison as Markdown that also reads well in a terminal.</summary>
internal static class ComparisonTable
{
    public static string Write(
        ComparisonPlan plan, IReadOnlyList<RunState> states, IReadOnlyList<Measure> measures,
        IReadOnlyList<ArmDecision> decisions, string? mixture)
    {
        var text = new StringBuilder();
        RunRecord[] records = [.. states.Select(s => s.Record).OfType<RunRecord>()];
        foreach (string environment in plan.Environments)
        {
            text.Append($"## {environment}\n\n");
            List<string[]> rows =
            [
                [
                    "algorithm", "median", "IQM [95 %]",
                    .. plan.SeedNumbers.Select(s => FormattableString.Invariant($"seed {s}")),
                    "env steps", "model steps", "backward steps", "pullbacks", "differencing steps", "seconds",
                ],
            ];
            rows.AddRange(plan.Arms.Select(a => Row(ArmSummary.Of(plan, environment, a, states, measures))));
            MarkdownTable.Write(text, rows);
            text.Append('\n');
        }
        text.Append(
            """
            Returns are those of the deterministic policy at the end of training: their median over seeds and, once
            three seeds are done, their IQM with a stratified bootstrap interval. The budget is in environment steps;
            the other costs are listed beside it (medians over seeds).

            """);
        Steps(text, plan, records);
        if (mixture is not null) text.Append($"\n{mixture}\n");
        Faults(text, records);
        Failures(text, states);
        Aggregates(text, plan, measures);
        Improvements(text, plan, measures, decisions);
        return text.ToString();
    }

    /// <summary>Says what scores 0 and 1 are.</summary>
    public static string DescribeScale(ComparisonPlan plan) => plan.Scale.Count > 0
        ? "0 and 1 are returns given by the experiment"
        : "0 is the worst run on an environment and 1 is the best";

    private static string[] Row(ArmSummary arm) =>
    [
        arm.Arm,
        arm.Median is { } median ? Number(median) : "-",
        arm.Interval is not { IsFinite: true } interval
            ? "-"
            : $"{Number(interval.Value)} [{Number(interval.Low)}, {Number(interval.High)}]",
        .. arm.Seeds.Select(Cell),
        Cost(arm.EnvironmentSteps),
        Cost(arm.ModelSteps),
        Cost(arm.BackwardSteps),
        Cost(arm.Pullbacks),
        Cost(arm.DifferencingSteps),
        Cost(arm.Seconds),
    ];

    private static string Cost(double? value) => value is { } known ? Number(known, "0") : "-";

    private static string Cell(RunState? state) => state switch
    {
        { Record: { } record } => Number(record.EvaluationReturn),
        { Stage: RunStage.Failed } => "failed",
        _ => "-",
    };

    private static void Steps(StringBuilder text, ComparisonPlan plan, RunRecord[] records)
    {
        if (!records.GroupBy(r => r.Run.Environment).Any(g => g.Select(r => r.EnvironmentSteps).Distinct().Count() > 1))
            return;
        text.Append("The algorithms did not take the same number of environment steps");
        if (plan.Budget is not { } budget)
        {
            text.Append(": use `--budget` to compare them at the same number.\n");
            return;
        }
        long excess = records.Max(r => r.EnvironmentSteps) - budget;
        if (excess > 0)
            text.Append(
                CultureInfo.InvariantCulture,
                $", because iterations are whole: up to {excess} more than the budget of {budget}. For the same "
                + $"number, choose a budget that is a multiple of every algorithm's steps per iteration");
        text.Append(".\n");
    }

    private static void Faults(StringBuilder text, RunRecord[] records)
    {
        string start = "\n";
        foreach (var arm in records.GroupBy(r => (r.Run.Environment, r.Run.Label)))
        {
            long faults = arm.Sum(r => r.Faults), episodes = Math.Max(faults, arm.Sum(r => (long)r.Episodes));
            if (faults == 0) continue;
            text.Append(
                CultureInfo.InvariantCulture,
                $"{start}- {arm.Key.Environment} {arm.Key.Label}: {faults} of {episodes} evaluation episodes ended "
                + $"with a fault\n");
            start = "";
        }
        foreach (var record in records.Where(r => r.LogFault is not null))
        {
            text.Append(start).Append("- ");
            text.Append(OneLine.Limit($"{record.Run}: its costs are not known: {record.LogFault}")).Append('\n');
            start = "";
        }
    }

    private static void Failures(StringBuilder text, IReadOnlyList<RunState> states)
    {
        var failed = states.Where(s => s.Stage == RunStage.Failed).ToList();
        if (failed.Count == 0) return;
        text.Append("\n## Failed runs\n\n");
        foreach (var state in failed) text.Append($"- {OneLine.Limit($"{state.Run}: {state.Reason}")}\n");
    }

    private static void Aggregates(StringBuilder text, ComparisonPlan plan, IReadOnlyList<Measure> measures)
    {
        var overall = measures.Where(m => m.Environment == ComparisonStatistics.All && !IsPair(m))
            .GroupBy(m => m.Arm)
            .ToList();
        if (overall.Count == 0) return;
        string scale = DescribeScale(plan);
        text.Append($"\n## Over environments\n\nReturns on a common scale ({scale}), with 95 % intervals.\n\n");
        List<string[]> rows = [["algorithm", .. overall[0].Select(m => m.Name)]];
        foreach (var arm in overall) rows.Add([arm.Key, .. arm.Select(Fraction)]);
        MarkdownTable.Write(text, rows);
    }

    private static void Improvements(
        StringBuilder text, ComparisonPlan plan, IReadOnlyList<Measure> measures,
        IReadOnlyList<ArmDecision> decisions)
    {
        // over all environments, if there are several
        string environment = plan.Environments.Count > 1 ? ComparisonStatistics.All : plan.Environments[0];
        var decided = decisions.Where(d => d.Environment == environment).ToDictionary(d => (d.X, d.Y));
        List<string[]> rows = [["X", "Y", "P(X > Y) [95 %]", "better"]];
        foreach (var m in measures.Where(m => m.Environment == environment && IsPair(m)))
        {
            string other = m.Name["P(X > ".Length..^1];
            string better = decided.TryGetValue((m.Arm, other), out var d) ? d.Words : "too few runs";
            rows.Add([m.Arm, other, Fraction(m), better]);
        }
        if (rows.Count == 1) return;
        text.Append("\n## Probability of improvement\n\n");
        MarkdownTable.Write(text, rows);
        string environments =
            plan.Environments.Count > 1 ? " Those about single environments are in decisions.csv." : "";
        string few = plan.Seeds < SequentialTest.FewestSeeds
            ? FormattableString.Invariant($" It needs at least {SequentialTest.FewestSeeds} seeds to decide anything.")
            : "";
        text.Append(
            "\nThe last column is what a sequential permutation test (AdaStop) decides about all pairs together, for "
            + $"the planned seeds; the probability of any wrong decision is below 5 %.{few}{environments}\n");
    }

    private static bool IsPair(Measure m) => m.Name.StartsWith("P(", StringComparison.Ordinal);

    private static string Fraction(Measure m) =>
        m.IsFinite
            ? $"{Number(m.Value, "0.00")} [{Number(m.Low, "0.00")}, {Number(m.High, "0.00")}]"
            : "-";

    // a return of 1e300 in full would be wider than any terminal
    private static string Number(double value, string format = "0.0") =>
        double.IsFinite(value)
            ? value.ToString(Math.Abs(value) < 1e12 ? format : "0.00E+0", CultureInfo.InvariantCulture)
            : "-";
}

using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>Formats the table of a comparison as Markdown that also reads well in a terminal.</summary>
internal static class ComparisonTable
{
    public static string Write(ComparisonPlan plan, IReadOnlyList<RunRecord> records, IReadOnlyList<Measure> measures)
    {
        var text = new StringBuilder();
        foreach (string environment in plan.Environments)
        {
            text.Append($"## {environment}\n\n");
            List<string[]> rows =
            [
                [
                    "algorithm", "median", "IQM [95 %]",
                    .. Enumerable.Range(0, plan.Seeds).Select(s => FormattableString.Invariant($"seed {s}")),
                    "env steps", "model steps", "backward steps", "pullbacks", "differencing steps", "seconds",
                ],
            ];
            foreach (var arm in plan.Arms)
            {
                var interval = measures.FirstOrDefault(
                    m => m.Environment == environment && m.Arm == arm.Label && m.Name == "IQM");
                var runs = records.Where(r => r.Run.Environment == environment && r.Run.Arm == arm);
                rows.Add(Row(plan, arm, interval, [.. runs]));
            }
            MarkdownTable.Write(text, rows);
            text.Append('\n');
        }
        text.Append(
            """
            Returns are those of the deterministic policy at the end of training: their median over seeds and, once
            three seeds are done, their IQM with a stratified bootstrap interval. The budget is in environment steps;
            the other costs are listed beside it (medians over seeds).

            """);
        if (records.GroupBy(r => r.Run.Environment).Any(g => g.Select(r => r.EnvironmentSteps).Distinct().Count() > 1))
        {
            text.Append(
                "The algorithms did not take the same number of environment steps: use `--budget` to compare them at "
                + "the same number.\n");
        }
        Aggregates(text, plan, measures);
        Improvements(text, plan, measures);
        return text.ToString();
    }

    private static string[] Row(ComparisonPlan plan, ComparisonArm arm, Measure? interval, RunRecord[] runs)
    {
        string MedianOf(Func<RunRecord, double> cost) =>
            runs.Length == 0
                ? "-"
                : Statistics.Median([.. runs.Select(cost)]).ToString("0", CultureInfo.InvariantCulture);
        return
        [
            arm.Label,
            runs.Length == 0 ? "-" : Number(Statistics.Median([.. runs.Select(r => r.EvaluationReturn)])),
            interval is null ? "-" : $"{Number(interval.Value)} [{Number(interval.Low)}, {Number(interval.High)}]",
            .. Enumerable.Range(0, plan.Seeds).Select(
                s => runs.FirstOrDefault(r => r.Run.Seed == s) is { } run ? Number(run.EvaluationReturn) : "-"),
            MedianOf(r => r.EnvironmentSteps),
            MedianOf(r => r.ModelSteps),
            MedianOf(r => r.BackwardSteps),
            MedianOf(r => r.Pullbacks),
            MedianOf(r => r.DifferencingSteps),
            MedianOf(r => r.TrainSeconds),
        ];
    }

    private static void Aggregates(StringBuilder text, ComparisonPlan plan, IReadOnlyList<Measure> measures)
    {
        var overall = measures.Where(m => m.Environment == ComparisonStatistics.All && !IsPair(m))
            .GroupBy(m => m.Arm)
            .ToList();
        if (overall.Count == 0) return;
        string scale = plan.Scale.Count > 0
            ? "0 and 1 are returns given by the experiment"
            : "0 is the worst run on an environment and 1 is the best";
        text.Append($"\n## Over environments\n\nReturns on a common scale ({scale}), with 95 % intervals.\n\n");
        List<string[]> rows = [["algorithm", .. overall[0].Select(m => m.Name)]];
        foreach (var arm in overall) rows.Add([arm.Key, .. arm.Select(Fraction)]);
        MarkdownTable.Write(text, rows);
    }

    private static void Improvements(StringBuilder text, ComparisonPlan plan, IReadOnlyList<Measure> measures)
    {
        // over all environments, if there are several
        string environment = plan.Environments.Count > 1 ? ComparisonStatistics.All : plan.Environments[0];
        List<string[]> rows = [["X", "Y", "P(X > Y) [95 %]"]];
        foreach (var m in measures.Where(m => m.Environment == environment && IsPair(m)))
            rows.Add([m.Arm, m.Name["P(X > ".Length..^1], Fraction(m)]);
        if (rows.Count == 1) return;
        text.Append("\n## Probability of improvement\n\n");
        MarkdownTable.Write(text, rows);
    }

    private static bool IsPair(Measure m) => m.Name.StartsWith("P(", StringComparison.Ordinal);

    private static string Fraction(Measure m) =>
        FormattableString.Invariant($"{m.Value:0.00} [{m.Low:0.00}, {m.High:0.00}]");

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}

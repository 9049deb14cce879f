using System.Globalization;
using System.Text;

namespace MbMix.Hosting;

/// <summary>The table of a comparison as Markdown, which also reads well in a terminal.</summary>
internal static class ComparisonTable
{
    // fewer runs than this say nothing about spread
    private const int RunsForInterval = 3;

    public static string Write(ComparisonPlan plan, IReadOnlyList<RunRecord> records)
    {
        var text = new StringBuilder();
        foreach (string environment in plan.Environments)
        {
            text.Append($"## {environment}\n\n");
            List<string[]> rows =
            [
                ["algorithm", "median", "IQM [95 %]", .. Enumerable.Range(0, plan.Seeds).Select(s => FormattableString.Invariant($"seed {s}")),
                    "env steps", "model steps", "adjoint steps", "other derivatives", "seconds"],
            ];
            foreach (string algorithm in plan.Algorithms)
            {
                rows.Add(Row(plan, algorithm, [.. records.Where(r => r.Run.Environment == environment && r.Run.Algorithm == algorithm)]));
            }
            MarkdownTable.Write(text, rows);
            text.Append('\n');
        }
        text.Append("Returns are those of the deterministic policy at the end of training; median over seeds, IQM with a stratified bootstrap interval once\n");
        text.Append("three seeds are done. The budget is environment steps; everything else a run spent stands beside it (medians over seeds).\n");
        if (records.GroupBy(r => r.Run.Environment).Any(g => g.Select(r => r.EnvironmentSteps).Distinct().Count() > 1))
        {
            text.Append("The algorithms did not take the same number of environment steps: give `--budget` to compare them at one.\n");
        }
        Improvements(text, plan, records);
        return text.ToString();
    }

    private static string[] Row(ComparisonPlan plan, string algorithm, RunRecord[] runs)
    {
        double[] returns = [.. runs.Select(r => r.EvaluationReturn)];
        string interval = "-";
        if (returns.Length >= RunsForInterval)
        {
            var (low, high) = Bootstrap.Interval([returns], Statistics.InterquartileMean);
            interval = $"{Number(Statistics.InterquartileMean([returns]))} [{Number(low)}, {Number(high)}]";
        }
        string Typical(Func<RunRecord, double> cost) => runs.Length == 0 ? "-" : Statistics.Median([.. runs.Select(cost)]).ToString("0", CultureInfo.InvariantCulture);
        return
        [
            algorithm,
            returns.Length == 0 ? "-" : Number(Statistics.Median(returns)),
            interval,
            .. Enumerable.Range(0, plan.Seeds).Select(s => runs.FirstOrDefault(r => r.Run.Seed == s) is { } run ? Number(run.EvaluationReturn) : "-"),
            Typical(r => r.EnvironmentSteps),
            Typical(r => r.ModelSteps),
            Typical(r => r.BackwardSteps),
            Typical(r => r.DerivativeEvaluations),
            Typical(r => r.TrainSeconds),
        ];
    }

    private static void Improvements(StringBuilder text, ComparisonPlan plan, IReadOnlyList<RunRecord> records)
    {
        List<string[]> rows = [["X", "Y", "P(X > Y) [95 %]"]];
        for (int i = 0; i < plan.Algorithms.Count; i++)
        {
            for (int j = i + 1; j < plan.Algorithms.Count; j++)
            {
                double[][] x = Strata(i), y = Strata(j);
                if (x.Concat(y).Any(s => s.Length < RunsForInterval)) continue;
                int environments = x.Length;
                var (low, high) = Bootstrap.Interval(
                    [.. x, .. y], s => Statistics.ProbabilityOfImprovement([.. s.Take(environments)], [.. s.Skip(environments)]));
                double probability = Statistics.ProbabilityOfImprovement(x, y);
                rows.Add([plan.Algorithms[i], plan.Algorithms[j], FormattableString.Invariant($"{probability:0.00} [{low:0.00}, {high:0.00}]")]);
            }
        }
        if (rows.Count == 1) return;
        text.Append("\n## Probability of improvement\n\n");
        MarkdownTable.Write(text, rows);

        double[][] Strata(int algorithm) =>
            [.. plan.Environments.Select(e => records.Where(r => r.Run.Environment == e && r.Run.Algorithm == plan.Algorithms[algorithm]).Select(r => r.EvaluationReturn).ToArray())];
    }

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}

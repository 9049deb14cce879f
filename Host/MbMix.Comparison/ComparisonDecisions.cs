using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>
/// Decides which arms of a comparison differ, on each environment (from returns) and over all of them (from scores).
/// </summary>
internal static class ComparisonDecisions
{
    /// <summary>
    /// Decides about all pairs of arms that have finished a group of seeds, by as many seeds of each.
    /// </summary>
    public static List<ArmDecision> Of(
        ComparisonPlan plan, ScoreTable table, IReadOnlyList<RunRecord> records)
    {
        var all = new List<ArmDecision>();
        foreach (string environment in plan.Environments) Add(environment, [environment]);
        if (plan.Environments.Count > 1) Add(ComparisonStatistics.All, [.. plan.Environments]);
        return all;

        void Add(string name, string[] environments)
        {
            var arms = plan.Arms.Select(arm => (arm.Label, Values: Values(arm, environments))).ToList();
            int size = SequentialTest.GroupOf(plan.Seeds);
            arms.RemoveAll(a => Done(a.Values) < size);
            if (arms.Count < 2) return;
            int done = arms.Min(a => Done(a.Values)) / size * size;
            double[][][] values = [.. arms.Select(a => a.Values.Select(s => s[..done]).ToArray())];
            if (!values.All(a => a.All(s => s.All(double.IsFinite)))) return;
            foreach (var d in SequentialTest.Decide(values, plan.Seeds))
            {
                string x = arms[d.X].Label, y = arms[d.Y].Label;
                all.Add(new ArmDecision(name, x, y, d.Sign > 0 ? x : d.Sign < 0 ? y : null, d.Seeds));
            }
        }

        double[][] Values(ComparisonArm arm, string[] environments) => [.. environments.Select(environment =>
        {
            var bySeed = records.Where(r => r.Run.Arm == arm && r.Run.Environment == environment)
                .ToDictionary(r => r.Run.Seed, r => r.EvaluationReturn);
            // arms are not compared seed by seed, so a failed one is left out
            double[] returns = [.. plan.SeedNumbers.Where(bySeed.ContainsKey).Select(s => bySeed[s])];
            return environments.Length == 1 ? returns : table.Scores(environment, returns);
        })];
    }

    /// <summary>Formats one line per pair, for other programs.</summary>
    public static string Csv(IEnumerable<ArmDecision> decisions)
    {
        var text = new StringBuilder("environment,x,y,better,seeds\n");
        foreach (var d in decisions)
            text.Append(CultureInfo.InvariantCulture, $"{d.Environment},{d.X},{d.Y},{d.Better},{d.Seeds}\n");
        return text.ToString();
    }

    private static int Done(double[][] values) => values.Min(s => s.Length);
}

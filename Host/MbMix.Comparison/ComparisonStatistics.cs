using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>
/// Computes all statistics of a comparison's returns with their stratified bootstrap intervals, for
/// <c>statistics.csv</c>, and the performance profiles for <c>profiles.csv</c>.
/// </summary>
internal static class ComparisonStatistics
{
    /// <summary>Smallest number of runs for which an interval is computed.</summary>
    public const int RunsForInterval = 3;

    /// <summary>Name that stands for all environments together.</summary>
    public const string All = "all";

    private static readonly (string Name, Func<IEnumerable<double[]>, double> Of)[] Aggregates =
    [
        ("IQM", Statistics.InterquartileMean), ("median", Statistics.MedianOfMeans), ("mean", Statistics.Mean),
        ("optimality gap", Statistics.OptimalityGap),
    ];

    /// <summary>
    /// Computes the measures of every arm on each environment (from returns) and over all environments (from scores),
    /// and those of every pair of arms.
    /// </summary>
    public static List<Measure> Of(ComparisonPlan plan, ScoreTable table)
    {
        var measures = new List<Measure>();
        foreach (string environment in plan.Environments)
        {
            foreach (var arm in plan.Arms)
            {
                double[] returns = table.Of(arm, environment);
                if (returns.Length < RunsForInterval) continue;
                Add(environment, arm.Label, "IQM", returns.Length, [returns], Statistics.InterquartileMean);
                Add(environment, arm.Label, "median", returns.Length, [returns], s => Statistics.Median(s[0]));
                Add(environment, arm.Label, "mean", returns.Length, [returns], Statistics.Mean);
            }
        }
        ComparisonArm[] complete = [.. plan.Arms.Where(a => table.Complete(a, RunsForInterval))];
        if (plan.Environments.Count > 1)
        {
            foreach (var arm in complete)
            {
                double[][] scores = table.Scores(arm);
                foreach (var (name, of) in Aggregates) Add(All, arm.Label, name, scores.Sum(s => s.Length), scores, of);
            }
        }
        foreach (string environment in plan.Environments) Pairs(environment, a => [table.Of(a, environment)]);
        if (plan.Environments.Count > 1) Pairs(All, table.Strata);
        return measures;

        void Add(
            string environment, string arm, string name, int runs, double[][] strata,
            Func<IReadOnlyList<double[]>, double> of)
        {
            var (low, high) = Bootstrap.Interval(strata, of);
            measures.Add(new(environment, arm, name, runs, of(strata), low, high));
        }

        void Pairs(string environment, Func<ComparisonArm, double[][]> strata)
        {
            ComparisonArm[] able = [.. plan.Arms.Where(a => strata(a).All(s => s.Length >= RunsForInterval))];
            for (int i = 0; i < able.Length; i++)
            {
                for (int j = i + 1; j < able.Length; j++)
                {
                    double[][] x = strata(able[i]), y = strata(able[j]);
                    Add(
                        environment, able[i].Label, "P(X > " + able[j].Label + ")", x.Sum(s => s.Length), [.. x, .. y],
                        Improvement(x.Length));
                }
            }
        }
    }

    /// <summary>
    /// Computes the profile of every arm with enough runs, from returns on one environment or from scores on all of
    /// them. Arms whose values are too large for the figure are omitted.
    /// </summary>
    public static List<(string Arm, PerformanceProfile Profile)> Profiles(
        ComparisonPlan plan, ScoreTable table, string environment, out string[] omitted)
    {
        double[][] Strata(ComparisonArm arm) => environment == All ? table.Scores(arm) : [table.Of(arm, environment)];
        ComparisonArm[] arms = [.. plan.Arms.Where(a => Strata(a).All(s => s.Length >= RunsForInterval))];
        bool Fits(ComparisonArm arm) => Strata(arm).All(s => s.All(x => Math.Abs(x) <= CurvePlot.Largest));
        omitted = [.. arms.Where(a => !Fits(a)).Select(a => a.Label)];
        arms = [.. arms.Where(Fits)];
        if (arms.Length == 0) return [];
        double[] grid = PerformanceProfile.Grid(arms.SelectMany(a => Strata(a).SelectMany(s => s)));
        return [.. arms.Select(a => (a.Label, PerformanceProfile.Of(Strata(a), grid)))];
    }

    public static string StatisticsCsv(IEnumerable<Measure> measures)
    {
        var text = new StringBuilder("environment,algorithm,measure,runs,value,low,high\n");
        foreach (var m in measures)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{m.Environment},{m.Arm},{m.Name},{m.Runs},{m.Value:R},{m.Low:R},{m.High:R}\n");
        return text.ToString();
    }

    public static void AppendProfiles(
        StringBuilder csv, string environment, IEnumerable<(string Arm, PerformanceProfile Profile)> profiles)
    {
        foreach (var (arm, p) in profiles)
        {
            for (int i = 0; i < p.Scores.Length; i++)
                csv.Append(
                    CultureInfo.InvariantCulture,
                    $"{environment},{arm},{p.Scores[i]:R},{p.Share[i]:R},{p.Low[i]:R},{p.High[i]:R}\n");
        }
    }

    private static Func<IReadOnlyList<double[]>, double> Improvement(int environments) =>
        s => Statistics.ProbabilityOfImprovement([.. s.Take(environments)], [.. s.Skip(environments)]);
}

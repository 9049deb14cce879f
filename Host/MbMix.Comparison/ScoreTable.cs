namespace MbMix.Comparison;

/// <summary>
/// Returns of the finished runs of a comparison by arm and environment, both raw and on a common scale.
/// </summary>
internal sealed class ScoreTable
{
    private readonly ComparisonPlan plan;
    private readonly ILookup<(ComparisonArm Arm, string Environment), double> returns;

    public ScoreTable(ComparisonPlan plan, IEnumerable<RunRecord> records)
    {
        this.plan = plan;
        returns = records.ToLookup(r => (r.Run.Arm, r.Run.Environment), r => r.EvaluationReturn);
    }

    /// <summary>Lists the returns of an arm on an environment.</summary>
    public double[] Of(ComparisonArm arm, string environment) => [.. returns[(arm, environment)]];

    /// <summary>Lists the returns of an arm, one array per environment.</summary>
    public double[][] Strata(ComparisonArm arm) => [.. plan.Environments.Select(e => Of(arm, e))];

    /// <summary>
    /// Computes the scores of an arm, one array per environment. Scores 0 and 1 are the returns given by the plan, or
    /// else those of the worst and the best run of any arm on that environment.
    /// </summary>
    public double[][] Scores(ComparisonArm arm) => [.. plan.Environments.Select(e => Scores(e, Of(arm, e)))];

    /// <summary>Computes the scores of returns on an environment.</summary>
    public double[] Scores(string environment, double[] of)
    {
        var (zero, one) = ScaleOf(environment);
        // halves, because the difference of two very large returns is infinite
        return [.. of.Select(x => one == zero ? 1 : ((x / 2) - (zero / 2)) / ((one / 2) - (zero / 2)))];
    }

    /// <summary>Returns whether an arm has enough runs on every environment.</summary>
    public bool Complete(ComparisonArm arm, int runs) => plan.Environments.All(e => Of(arm, e).Length >= runs);

    private (double Zero, double One) ScaleOf(string environment)
    {
        if (plan.Scale.TryGetValue(environment, out var scale)) return scale;
        var all = plan.Arms.SelectMany(a => Of(a, environment)).DefaultIfEmpty().ToList();
        return (all.Min(), all.Max());
    }
}

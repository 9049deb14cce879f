namespace MbMix.Search;

/// <summary>
/// How much each parameter alone tells about the value: the share of the variance of ranks that lies between groups of
/// trials with similar values of the parameter (the correlation ratio), less what chance would give (Kelley 1935). It
/// sees no effect that parameters have only together.
/// </summary>
internal static class Importance
{
    private const int MostGroups = 4, SmallestGroup = 4;

    /// <summary>Returns the importance of every parameter, between 0 and 1; NaN if there are too few trials.</summary>
    /// <remarks>Trials are compared at the first rung, where each has a value; failed ones are left out.</remarks>
    public static IReadOnlyList<double> Of(Space space, IReadOnlyList<Trial> trials) =>
    [
        .. Enumerable.Range(0, space.Parameters.Count).Select(i => Of(
            [
                .. trials.Where(t => t.Scores.Count > 0 && !double.IsNaN(t.Setting.Values[i]))
                    .Select(t => (t.Setting.Values[i], t.Scores[0])),
            ],
            space.Parameters[i].Kind == ParameterKind.Choice)),
    ];

    private static double Of(List<(double Value, double Score)> pairs, bool choice)
    {
        double[] ranks = Ranks([.. pairs.Select(p => p.Score)]);
        int[] groups = choice ? [.. pairs.Select(p => (int)p.Value)] : Quantiles([.. pairs.Select(p => p.Value)]);
        int count = groups.Distinct().Count(), n = pairs.Count;
        if (n < 2 * SmallestGroup || count < 2 || n <= count) return double.NaN;
        double mean = ranks.Average(), total = ranks.Sum(r => (r - mean) * (r - mean));
        if (total == 0) return 0;
        double within = ranks.Zip(groups).GroupBy(p => p.Second).Sum(g =>
        {
            double own = g.Average(p => p.First);
            return g.Sum(p => (p.First - own) * (p.First - own));
        });
        return Math.Max(0, 1 - (within / (n - count) / (total / (n - 1))));
    }

    private static int[] Quantiles(double[] values)
    {
        int groups = Math.Clamp(values.Length / SmallestGroup, 1, MostGroups);
        // equal values stay together, because their ranks are equal
        return [.. Ranks(values).Select(r => (int)Math.Min(r / values.Length * groups, groups - 1))];
    }

    // from 0, with means for equal values
    private static double[] Ranks(double[] values)
    {
        double[] ranks = new double[values.Length];
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        for (int i = 0; i < order.Length;)
        {
            int end = i;
            while (end < order.Length && values[order[end]] == values[order[i]]) end++;
            for (int j = i; j < end; j++) ranks[order[j]] = (i + end - 1) / 2.0;
            i = end;
        }
        return ranks;
    }
}

namespace MbMix.Comparison;

/// <summary>
/// Summary statistics for a small number of runs, following Agarwal et al. 2021, "Deep Reinforcement Learning at the
/// Edge of the Statistical Precipice" (arXiv 2108.13264).
/// </summary>
internal static class Statistics
{
    /// <summary>Computes the median: the middle value, or the mean of the two middle values.</summary>
    public static double Median(ReadOnlySpan<double> values) => Quantile(values, 0.5);

    /// <summary>
    /// Computes the value below which a given share of the values lies, interpolating linearly between neighbors.
    /// </summary>
    public static double Quantile(ReadOnlySpan<double> values, double share)
    {
        if (values.IsEmpty) return double.NaN;
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>
    /// Computes the interquartile mean of the values of all strata together: the mean of what remains after a quarter
    /// of the values, rounded down, is removed at each end. With three values, nothing is removed.
    /// </summary>
    public static double InterquartileMean(IEnumerable<double[]> strata)
    {
        double[] sorted = [.. strata.SelectMany(s => s).Order()];
        int cut = sorted.Length / 4;
        return sorted.Length == 0 ? double.NaN : sorted[cut..^cut].Average();
    }

    /// <summary>
    /// Computes the probability that a run of X is better than a run of Y on an environment drawn at random: the share
    /// of pairs in which X wins, with ties counting one half, averaged over environments.
    /// </summary>
    /// <param name="x">Returns of X, one array per environment.</param>
    /// <param name="y">Returns of Y on the same environments.</param>
    public static double ProbabilityOfImprovement(IReadOnlyList<double[]> x, IReadOnlyList<double[]> y)
    {
        double sum = 0;
        for (int e = 0; e < x.Count; e++)
        {
            double wins = 0;
            foreach (double a in x[e])
            {
                foreach (double b in y[e]) wins += a > b ? 1 : a == b ? 0.5 : 0;
            }
            sum += wins / (x[e].Length * y[e].Length);
        }
        return sum / x.Count;
    }

    /// <summary>Computes the mean of the strata's means.</summary>
    public static double Mean(IEnumerable<double[]> strata) => strata.Average(s => s.Average());

    /// <summary>Computes the median of the strata's means: half of the environments are at least that good.</summary>
    public static double MedianOfMeans(IEnumerable<double[]> strata) => Median([.. strata.Select(s => s.Average())]);

    /// <summary>
    /// Computes by how much runs fall short of 1 on average, where runs above 1 count as 1 and all strata have equal
    /// weight.
    /// </summary>
    public static double OptimalityGap(IEnumerable<double[]> strata) =>
        strata.Average(s => s.Average(x => Math.Max(1 - x, 0)));

    /// <summary>
    /// Computes the share of runs above a score, averaged over strata: one point of a performance profile.
    /// </summary>
    /// <param name="strata">Scores, one array per environment.</param>
    /// <param name="score">The score to exceed.</param>
    public static double ShareAbove(IEnumerable<double[]> strata, double score) =>
        strata.Average(s => s.Count(x => x > score) / (double)s.Length);
}

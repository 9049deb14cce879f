namespace MbMix.Comparison;

/// <summary>
/// Summaries of a handful of runs, after Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical
/// Precipice" (arXiv 2108.13264).
/// </summary>
internal static class Statistics
{
    /// <summary>The middle value, or the mean of the two middle ones.</summary>
    public static double Median(ReadOnlySpan<double> values) => Quantile(values, 0.5);

    /// <summary>The value below which a share of the values lies, with linear interpolation between neighbors.</summary>
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
    /// Interquartile mean over all strata together: the mean of what is left when a quarter of the values, rounded down, is taken
    /// off at each end. With three values nothing is taken off.
    /// </summary>
    public static double InterquartileMean(IEnumerable<double[]> strata)
    {
        double[] sorted = [.. strata.SelectMany(s => s).Order()];
        int cut = sorted.Length / 4;
        return sorted.Length == 0 ? double.NaN : sorted[cut..^cut].Average();
    }

    /// <summary>
    /// Probability that a run of X is better than a run of Y on an environment drawn at random: the share of pairs X wins, a tie
    /// counting one half, averaged over environments.
    /// </summary>
    /// <param name="x">Returns of X, one array per environment.</param>
    /// <param name="y">Returns of Y, the same environments.</param>
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

    /// <summary>Mean over all strata of their means.</summary>
    public static double Mean(IEnumerable<double[]> strata) => strata.Average(s => s.Average());

    /// <summary>Median over strata of their means: half of the environments are at least that good.</summary>
    public static double MedianOfMeans(IEnumerable<double[]> strata) => Median([.. strata.Select(s => s.Average())]);

    /// <summary>By how much runs fall short of 1 on average, runs above it counting as 1. Each stratum weighs the same.</summary>
    public static double OptimalityGap(IEnumerable<double[]> strata) => strata.Average(s => s.Average(x => Math.Max(1 - x, 0)));

    /// <summary>The share of runs above a score, averaged over strata: one point of a performance profile.</summary>
    /// <param name="strata">Scores, one array per environment.</param>
    /// <param name="score">The score tau.</param>
    public static double ShareAbove(IEnumerable<double[]> strata, double score) => strata.Average(s => s.Count(x => x > score) / (double)s.Length);
}

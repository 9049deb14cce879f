using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>
/// Computes confidence intervals by stratified bootstrap: runs are resampled within each stratum (a pair of environment
/// and algorithm), never across strata.
/// </summary>
internal static class Bootstrap
{
    /// <summary>Computes the percentile interval of a statistic.</summary>
    /// <param name="strata">The values, one array per stratum.</param>
    /// <param name="statistic">Computes the statistic from resampled strata of the same sizes.</param>
    /// <param name="confidence">Share of the resampled statistics that lies within the interval.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <param name="seed">Seed of the resampling; the same seed gives the same interval.</param>
    public static (double Low, double High) Interval(
        IReadOnlyList<double[]> strata, Func<IReadOnlyList<double[]>, double> statistic, double confidence = 0.95,
        int resamples = 10_000, ulong seed = 0) =>
        Intervals(strata, (draw, values) => values[0] = statistic(draw), 1, confidence, resamples, seed)[0];

    /// <summary>
    /// Computes the percentile intervals of several statistics from the same resamples, each on its own.
    /// </summary>
    /// <param name="strata">The values, one array per stratum.</param>
    /// <param name="statistics">
    /// Writes all statistics of resampled strata of the same sizes to its second argument.
    /// </param>
    /// <param name="count">Number of statistics.</param>
    /// <param name="confidence">Share of the resampled statistics that lies within the interval.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <param name="seed">Seed of the resampling; the same seed gives the same intervals.</param>
    public static (double Low, double High)[] Intervals(
        IReadOnlyList<double[]> strata, Action<IReadOnlyList<double[]>, double[]> statistics, int count,
        double confidence = 0.95, int resamples = 10_000, ulong seed = 0)
    {
        var random = new SplitMix(seed);
        var draw = strata.Select(s => new double[s.Length]).ToArray();
        var results = new double[count][];
        for (int k = 0; k < count; k++) results[k] = new double[resamples];
        var values = new double[count];
        for (int r = 0; r < resamples; r++)
        {
            for (int s = 0; s < draw.Length; s++)
            {
                for (int i = 0; i < draw[s].Length; i++) draw[s][i] = strata[s][random.Below(draw[s].Length)];
            }
            statistics(draw, values);
            for (int k = 0; k < count; k++) results[k][r] = values[k];
        }
        double tail = (1 - confidence) / 2;
        return [.. results.Select(all => (Statistics.Quantile(all, tail), Statistics.Quantile(all, 1 - tail)))];
    }
}

namespace MbMix.Benchmarks.Searches;

/// <summary>The test of Mann and Whitney 1947.</summary>
internal static class MannWhitney
{
    private const double Step = 1e-3, Farthest = 12;

    /// <summary>
    /// Returns the one-sided probability that values this much smaller than others arise by chance, by the normal
    /// approximation with corrections for ties and continuity.
    /// </summary>
    public static double Smaller(IReadOnlyList<double> values, IReadOnlyList<double> others)
    {
        double n = values.Count, m = others.Count;
        double wins = values.Sum(v => others.Sum(o => v < o ? 1 : v == o ? 0.5 : 0));
        double ties = values.Concat(others).GroupBy(v => v).Sum(g => Math.Pow(g.Count(), 3) - g.Count());
        double variance = n * m / 12 * (n + m + 1 - (ties / ((n + m) * (n + m - 1))));
        return variance == 0 ? 1 : Above((wins - (n * m / 2) - 0.5) / Math.Sqrt(variance));
    }

    // by Simpson's rule, so that small probabilities keep their digits
    private static double Above(double z)
    {
        double sum = 0;
        for (double x = z; x < z + Farthest; x += Step)
            sum += Step / 6 * (Density(x) + (4 * Density(x + (Step / 2))) + Density(x + Step));
        return sum;
    }

    private static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
}

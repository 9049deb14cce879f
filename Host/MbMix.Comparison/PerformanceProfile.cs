namespace MbMix.Comparison;

/// <summary>
/// The share of runs above each score, with pointwise stratified bootstrap intervals (Agarwal et al. 2021, section
/// 4.3).
/// </summary>
internal sealed record PerformanceProfile(double[] Scores, double[] Share, double[] Low, double[] High)
{
    private const int Points = 101;
    private const int Resamples = 2_000;

    /// <summary>Computes scores that cover the values of all arms in one figure.</summary>
    public static double[] Grid(IEnumerable<double> values)
    {
        double low = values.Min(), high = values.Max();

        // begin one step below the worst value, so that every profile starts at 1
        double step = high > low ? (high - low) / (Points - 2) : 1;
        return [.. Enumerable.Range(0, Points).Select(i => low + ((i - 1) * step))];
    }

    /// <summary>Computes the profile of one arm.</summary>
    /// <param name="strata">The arm's scores, one array per environment.</param>
    /// <param name="scores">The scores at which to evaluate the profile.</param>
    public static PerformanceProfile Of(IReadOnlyList<double[]> strata, double[] scores)
    {
        var bands = Bootstrap.Intervals(
            strata,
            (draw, shares) =>
            {
                for (int i = 0; i < scores.Length; i++) shares[i] = Statistics.ShareAbove(draw, scores[i]);
            },
            scores.Length,
            resamples: Resamples);
        return new(
            scores, [.. scores.Select(s => Statistics.ShareAbove(strata, s))], [.. bands.Select(b => b.Low)],
            [.. bands.Select(b => b.High)]);
    }
}

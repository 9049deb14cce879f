namespace MbMix.Studies;

/// <summary>A curve that was measured several times, at the same points.</summary>
/// <param name="Name">Name of the curve in the legend.</param>
/// <param name="X">The points on the horizontal axis.</param>
/// <param name="Repeats">One array of values per repetition; values that are not finite are ignored.</param>
public sealed record StudyCurve(string Name, double[] X, IReadOnlyList<double[]> Repeats)
{
    /// <summary>Computes median and extremes at every point that has a value.</summary>
    internal CurveBand Band()
    {
        var points = X.Select((x, i) => (X: x, Values: Repeats.Select(r => r[i]).Where(double.IsFinite).ToArray()))
            .Where(p => p.Values.Length > 0)
            .ToList();
        return new(
            [.. points.Select(p => p.X)], [.. points.Select(p => Statistics.Median(p.Values))],
            [.. points.Select(p => p.Values.Min())], [.. points.Select(p => p.Values.Max())]);
    }
}

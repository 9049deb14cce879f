namespace MbMix.Studies;

/// <summary>Repeated measurements over a common axis.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="X">The axis.</param>
/// <param name="Repeats">One array of values per repetition; values that are not finite are left out.</param>
public sealed record StudyCurve(string Name, double[] X, IReadOnlyList<double[]> Repeats)
{
    /// <summary>Median and extremes at every point that has a value.</summary>
    internal CurveBand Band()
    {
        var points = X.Select((x, i) => (X: x, Values: Repeats.Select(r => r[i]).Where(double.IsFinite).ToArray())).Where(p => p.Values.Length > 0).ToList();
        return new([.. points.Select(p => p.X)], [.. points.Select(p => Statistics.Median(p.Values))], [.. points.Select(p => p.Values.Min())], [.. points.Select(p => p.Values.Max())]);
    }
}

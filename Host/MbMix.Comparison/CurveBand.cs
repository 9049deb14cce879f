namespace MbMix.Comparison;

/// <summary>Median, minimum and maximum of several curves, on a grid that all of them cover.</summary>
internal sealed record CurveBand(double[] X, double[] Median, double[] Low, double[] High)
{
    private const int Points = 200;

    /// <summary>Computes the band of several curves; empty if their ranges do not overlap.</summary>
    public static CurveBand Of(IReadOnlyList<LearningCurve> curves)
    {
        if (curves.Count == 0 || curves.Any(c => c.X.Length == 0)) return new([], [], [], []);
        double from = curves.Max(c => c.X[0]), to = curves.Min(c => c.X[^1]);
        int points = to > from ? Points : to == from ? 1 : 0;
        var band = new CurveBand(new double[points], new double[points], new double[points], new double[points]);
        var values = new double[curves.Count];
        for (int i = 0; i < points; i++)
        {
            // use the exact end for the last point, without rounding
            double x = i == points - 1 ? to : from + (to - from) * i / (points - 1);
            for (int c = 0; c < values.Length; c++) values[c] = curves[c].At(x);
            band.X[i] = x;
            band.Median[i] = Statistics.Median(values);
            band.Low[i] = values.Min();
            band.High[i] = values.Max();
        }
        return band;
    }
}

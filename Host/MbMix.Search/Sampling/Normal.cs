namespace MbMix.Search;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>Returns the probability of a value below another, to seven digits.</summary>
    public static double Below(double x)
    {
        // Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17
        double t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        double sum = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978
            + (t * 1.330274429))))))));
        double above = Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI) * sum;
        return x > 0 ? 1 - above : above;
    }
}

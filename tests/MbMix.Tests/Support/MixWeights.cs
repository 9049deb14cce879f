namespace MbMix.Tests.Support;

/// <summary>
/// The finite mix of window lengths: weights of the lengths 1..H, <c>w_h = (1 - lambda) lambda^(h-1)</c>, with all
/// remaining mass <c>lambda^(H-1)</c> on the longest. They sum to 1; lambda = 1 keeps only the longest window and
/// lambda = 0 only the shortest.
/// </summary>
internal static class MixWeights
{
    /// <summary>The weights of all lengths.</summary>
    /// <param name="lambda">Mixing factor, 0 to 1.</param>
    /// <param name="horizon">Longest window H, at least 1.</param>
    public static double[] Of(double lambda, int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        var weights = new double[horizon];
        double rest = 1;
        for (int h = 0; h < horizon - 1; h++)
        {
            weights[h] = (1 - lambda) * rest;
            rest *= lambda;
        }
        weights[^1] = rest;
        return weights;
    }

    /// <summary>The mean window length, <c>sum_h h w_h</c>.</summary>
    /// <param name="lambda">Mixing factor, 0 to 1.</param>
    /// <param name="horizon">Longest window H, at least 1.</param>
    public static double MeanLength(double lambda, int horizon)
    {
        double sum = 0;
        var weights = Of(lambda, horizon);
        for (int h = 0; h < horizon; h++) sum += (h + 1) * weights[h];
        return sum;
    }
}

namespace MbMix.Comparison;

/// <summary>How far two environments lie apart in one quantity.</summary>
/// <param name="Block">The quantity.</param>
/// <param name="Relative">Norm of the difference over the norm of the first environment's value, one per state; infinite where the latter alone is 0.</param>
public sealed record BlockDifference(string Block, IReadOnlyList<double> Relative)
{
    /// <summary>The value below which a share of the states lies.</summary>
    /// <param name="share">0.5 for the median.</param>
    public double Quantile(double share)
    {
        double[] sorted = [.. Relative.Order()];
        if (sorted.Length == 0) return double.NaN;
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        // between equal values and at a value itself there is nothing to interpolate, which two infinities would not survive
        return place == below || sorted[below] == sorted[below + 1] ? sorted[below] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}

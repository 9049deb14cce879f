namespace MbMix.Comparison;

/// <summary>Differences between two environments in one quantity.</summary>
/// <param name="Block">Name of the quantity.</param>
/// <param name="Relative">
/// For each state, the norm of the difference divided by the norm of the first environment's value; infinite if only
/// the latter is 0.
/// </param>
public sealed record BlockDifference(string Block, IReadOnlyList<double> Relative)
{
    /// <summary>Computes the relative difference below which a given share of the states lies.</summary>
    /// <param name="share">The share, for example 0.5 for the median.</param>
    public double Quantile(double share)
    {
        double[] sorted = [.. Relative.Order()];
        if (sorted.Length == 0) return double.NaN;
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        // do not interpolate at a value or between equal values, because the difference of two infinities is NaN
        return place == below || sorted[below] == sorted[below + 1]
            ? sorted[below]
            : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}

namespace Samples.ControlLoop;

/// <summary>Counts durations in bins of a microsecond, so that a loop of any length takes the same memory.</summary>
internal sealed class Durations
{
    private const long Microsecond = 1000; // ns

    // the last bin takes everything from 50 ms on
    private readonly long[] bins = new long[50_001];
    private long count;
    private long longest;

    public void Add(long nanoseconds)
    {
        bins[Math.Clamp(nanoseconds / Microsecond, 0, bins.Length - 1)]++;
        count++;
        longest = Math.Max(longest, nanoseconds);
    }

    /// <summary>Returns the median, the 99th percentile and the worst.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"p50 {Quantile(0.5)} us, p99 {Quantile(0.99)} us, worst {longest / Microsecond} us");

    private long Quantile(double share)
    {
        long before = 0;
        for (int i = 0; i < bins.Length; i++)
        {
            before += bins[i];
            if (before >= share * count) return i;
        }
        return bins.Length - 1;
    }
}

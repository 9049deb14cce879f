namespace MbMix.Search;

/// <summary>
/// Random numbers by SplitMix64 (Steele, Lea, Flood 2014), so that what is computed with them does not change when the
/// runtime's generator does.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong state = seed;

    /// <summary>Creates a generator whose numbers depend on all of the given numbers.</summary>
    public static SplitMix Of(params ReadOnlySpan<long> numbers)
    {
        ulong seed = 0;
        foreach (long number in numbers) seed = new SplitMix(seed ^ (ulong)number).Next();
        return new SplitMix(seed);
    }

    /// <summary>Returns the next number, any of 64 bits.</summary>
    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Returns a number from 0 to below a bound that is far below 2^64.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Returns a number from 0 to below 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Returns a number of the standard normal distribution (Box and Muller 1958).</summary>
    public double Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Unit()));
        return radius * Math.Cos(2 * Math.PI * Unit());
    }
}

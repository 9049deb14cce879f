namespace MbMix.Learning;

/// <summary>Means of numbers over the updates of an iteration, by the name of a metric.</summary>
public sealed class MetricMeans
{
    private readonly Dictionary<string, (double Sum, long Count)> sums = [];

    /// <summary>The mean of what was added under a name; NaN if nothing was.</summary>
    /// <param name="name">Name of the metric.</param>
    public double this[string name] => sums.TryGetValue(name, out var s) ? s.Sum / s.Count : double.NaN;

    /// <summary>Adds a number.</summary>
    /// <param name="name">Name of the metric.</param>
    /// <param name="value">The number.</param>
    public void Add(string name, double value)
    {
        var (sum, count) = sums.GetValueOrDefault(name);
        sums[name] = (sum + value, count + 1);
    }
}

namespace MbMix.Cli.Progress;

/// <summary>
/// A curve of a few characters. It takes any number of values: each character is the mean of as many neighboring ones
/// as it needs for the whole curve to fit.
/// </summary>
/// <param name="width">Largest number of characters.</param>
internal sealed class Sparkline(int width)
{
    private const string Levels = "▁▂▃▄▅▆▇█";

    private readonly List<double> means = [];
    private double sum;
    private long block = 1, pending;

    /// <summary>Whether there is nothing to show.</summary>
    public bool IsEmpty => means.Count == 0 && pending == 0;

    /// <summary>Adds a value; one that is no number is left out.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value)) return;
        sum += value;
        if (++pending < block) return;
        means.Add(sum / block);
        (sum, pending) = (0, 0);
        if (means.Count < 2 * width) return;
        for (int i = 0; i < width; i++) means[i] = (means[2 * i] / 2) + (means[(2 * i) + 1] / 2);
        means.RemoveRange(width, means.Count - width);
        block *= 2;
    }

    /// <summary>Draws the curve, from the lowest to the highest of its values.</summary>
    /// <param name="room">Number of characters that there is room for, at least 1.</param>
    public string Draw(int room)
    {
        List<double> values = pending > 0 ? [.. means, sum / pending] : means;
        if (values.Count == 0) return "";
        // of values too many, neighbors become their mean
        int columns = Math.Min(Math.Min(width, room), values.Count);
        double[] heights = [.. Enumerable.Range(0, columns).Select(
            c => values[(c * values.Count / columns)..((c + 1) * values.Count / columns)].Average())];
        double low = heights.Min(), high = heights.Max();
        return string.Concat(heights.Select(h => Levels[Level(h, low, high)]));
    }

    // halves, because the difference of two very large returns is infinite
    private static int Level(double value, double low, double high) => high > low
        ? (int)Math.Round(((value / 2) - (low / 2)) / ((high / 2) - (low / 2)) * (Levels.Length - 1))
        : Levels.Length / 2;
}

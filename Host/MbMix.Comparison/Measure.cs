namespace MbMix.Comparison;

/// <summary>A statistic of one arm, with its 95 % interval.</summary>
internal sealed record Measure(
    string Environment, string Arm, string Name, int Runs, double Value, double Low, double High)
{
    /// <summary>Whether value and interval are numbers; sums of very large returns are not.</summary>
    public bool IsFinite => double.IsFinite(Value) && double.IsFinite(Low) && double.IsFinite(High);
}

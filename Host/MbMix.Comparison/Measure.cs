namespace MbMix.Comparison;

/// <summary>A statistic of one arm, with its 95 % interval.</summary>
internal sealed record Measure(
    string Environment, string Arm, string Name, int Runs, double Value, double Low, double High);

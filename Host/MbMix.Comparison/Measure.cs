namespace MbMix.Comparison;

/// <summary>One figure about an arm, with its interval of 95 %.</summary>
internal sealed record Measure(string Environment, string Arm, string Name, int Runs, double Value, double Low, double High);

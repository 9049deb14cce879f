namespace MbMix;

/// <summary>One logged number.</summary>
/// <param name="Name">Name with its group, such as <c>loss/actor</c>.</param>
/// <param name="Value">Value; NaN if there is none in this iteration.</param>
public readonly record struct Metric(string Name, double Value);

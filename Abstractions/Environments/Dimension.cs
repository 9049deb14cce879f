namespace MbMix;

/// <summary>One component of a space.</summary>
/// <param name="Name">Name, unique in its space.</param>
/// <param name="Unit">SI unit, <c>1</c> where there is none.</param>
/// <param name="Low">Lower bound; negative infinity where there is none.</param>
/// <param name="High">Upper bound; positive infinity where there is none.</param>
public sealed record Dimension(string Name, string Unit, double Low = double.NegativeInfinity, double High = double.PositiveInfinity);

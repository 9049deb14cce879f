namespace MbMix;

/// <summary>One component of a state, observation or action.</summary>
/// <param name="Name">Name, unique within its space.</param>
/// <param name="Unit">SI unit; <c>1</c> for a quantity without one.</param>
/// <param name="Low">Lower bound; negative infinity if there is none.</param>
/// <param name="High">Upper bound; positive infinity if there is none.</param>
public sealed record Dimension(
    string Name, string Unit, double Low = double.NegativeInfinity, double High = double.PositiveInfinity);

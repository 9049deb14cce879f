namespace MbMix.Comparison;

/// <summary>A mean return and its interval.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Mean">Mean over the episodes.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Episodes">Episodes it rests on.</param>
public sealed record ReturnEstimate(string Name, double Mean, double Low, double High, int Episodes);

namespace MbMix.Comparison;

/// <summary>A mean return, or a difference of mean returns, with its interval.</summary>
/// <param name="Name">Id of the environment, or "difference".</param>
/// <param name="Mean">Mean over the episodes.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Episodes">Number of episodes.</param>
public sealed record ReturnEstimate(string Name, double Mean, double Low, double High, int Episodes);

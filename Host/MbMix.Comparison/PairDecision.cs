namespace MbMix.Comparison;

/// <summary>What a sequential test found out about two arms.</summary>
/// <param name="X">Index of the first arm.</param>
/// <param name="Y">Index of the second arm.</param>
/// <param name="Sign">1 if X is better, -1 if Y is, 0 if that is not decided.</param>
/// <param name="Seeds">Number of seeds at which it was decided, or that were looked at.</param>
internal sealed record PairDecision(int X, int Y, int Sign, int Seeds);

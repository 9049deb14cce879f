namespace MbMix.Comparison;

/// <summary>What a sequential test found out about two arms on an environment, or on all of them.</summary>
/// <param name="Environment">Name of the environment, or <see cref="ComparisonStatistics.All"/>.</param>
/// <param name="X">Label of the first arm.</param>
/// <param name="Y">Label of the second arm.</param>
/// <param name="Better">Label of the better one; null if that is not decided.</param>
/// <param name="Seeds">Number of seeds at which it was decided, or that were looked at.</param>
internal sealed record ArmDecision(string Environment, string X, string Y, string? Better, int Seeds)
{
    /// <summary>The decision in a few words, for a table.</summary>
    public string Words =>
        Better is null ? "not decided" : FormattableString.Invariant($"{Better}, after {Seeds} seeds");
}

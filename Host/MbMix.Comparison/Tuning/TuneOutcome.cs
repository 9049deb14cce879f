namespace MbMix.Comparison;

/// <summary>How a job of a run ended.</summary>
/// <param name="Value">The evaluation return; null if there is none.</param>
/// <param name="Reason">Why the run failed; null if it has not, but was stopped.</param>
internal sealed record TuneOutcome(double? Value, string? Reason);

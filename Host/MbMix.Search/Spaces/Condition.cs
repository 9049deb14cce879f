namespace MbMix.Search;

/// <summary>When a parameter is part of a setting: only if a choice has one of some values.</summary>
/// <param name="Parameter">Name of the choice.</param>
/// <param name="Values">The values, as JSON.</param>
public sealed record Condition(string Parameter, IReadOnlyList<string> Values);

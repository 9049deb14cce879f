namespace MbMix.Comparison;

/// <summary>One side of a comparison: an algorithm with its model and settings, under a name of its own.</summary>
public sealed record ComparisonArm
{
    /// <summary>What tables, figures and folders call it.</summary>
    public required string Label { get; init; }

    /// <summary>Algorithm, by id or name.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Dynamics model, by id or name; null for the preset's, <c>none</c> for none.</summary>
    public string? Model { get; init; }

    /// <summary>Preset by name; null for the one made for algorithm and environment.</summary>
    public string? Preset { get; init; }

    /// <summary>Options on every environment, <c>section.key=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Further options on single environments.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> EnvironmentSettings { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Whether it is there to show what one part of another arm is worth.</summary>
    public bool Control { get; init; }

    /// <summary>Algorithms as they are, each under the name it was asked for.</summary>
    public static IReadOnlyList<ComparisonArm> Plain(params IEnumerable<string> algorithms) => [.. algorithms.Select(a => new ComparisonArm { Label = a, Algorithm = a })];

    /// <summary>All options on an environment, later ones winning.</summary>
    internal IEnumerable<string> SettingsOn(string environment) => EnvironmentSettings.TryGetValue(environment, out var more) ? Settings.Concat(more) : Settings;

    /// <summary>Everything that decides its runs, as a text to compare.</summary>
    internal string Definition()
    {
        IEnumerable<string> parts = ["--algo " + Algorithm];
        if (Model is not null) parts = parts.Append("--model " + Model);
        if (Preset is not null) parts = parts.Append("--preset " + Preset);
        parts = parts.Concat(Settings.Select(s => "--set " + s));
        parts = parts.Concat(EnvironmentSettings.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"on {e.Key} {string.Join(' ', e.Value.Select(s => "--set " + s))}"));
        return string.Join(' ', parts);
    }
}

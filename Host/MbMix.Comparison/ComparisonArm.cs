namespace MbMix.Comparison;

/// <summary>One arm of a comparison: an algorithm with its model and settings, under a label.</summary>
public sealed record ComparisonArm
{
    /// <summary>Name of the arm in tables, figures and folders.</summary>
    public required string Label { get; init; }

    /// <summary>Id or name of the algorithm.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Id or name of the dynamics model; null for the preset's model, <c>none</c> for no model.</summary>
    public string? Model { get; init; }

    /// <summary>Name of the preset; null for the one made for this algorithm and environment.</summary>
    public string? Preset { get; init; }

    /// <summary>Settings for every environment, <c>section.key=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Further settings for single environments, by environment.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> EnvironmentSettings { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What its runs need of the machine that trains them; their numbers do not depend on it.</summary>
    public RunNeeds Needs { get; init; } = new();

    /// <summary>Whether the arm is a control, which shows what one part of another arm contributes.</summary>
    public bool Control { get; init; }

    /// <summary>Whether the arm is nothing but an algorithm, labeled with its name as given.</summary>
    public bool IsPlain { get; private init; }

    /// <summary>Makes arms of plain algorithms, each labeled with its name as given.</summary>
    public static IReadOnlyList<ComparisonArm> Plain(params IEnumerable<string> algorithms) =>
        [.. algorithms.Select(a => new ComparisonArm { Label = a, Algorithm = a, IsPlain = true })];

    /// <summary>Lists all settings for an environment; later ones override earlier ones.</summary>
    internal IEnumerable<string> SettingsOn(string environment) =>
        EnvironmentSettings.TryGetValue(environment, out var more) ? Settings.Concat(more) : Settings;

    /// <summary>Describes everything that determines the arm's runs, as a text that can be compared.</summary>
    internal string Definition()
    {
        IEnumerable<string> parts = ["--algo " + Algorithm];
        if (Model is not null) parts = parts.Append("--model " + Model);
        if (Preset is not null) parts = parts.Append("--preset " + Preset);
        parts = parts.Concat(Settings.Select(s => "--set " + s));
        parts = parts.Concat(
            EnvironmentSettings.OrderBy(e => e.Key, StringComparer.Ordinal)
                .Select(e => $"on {e.Key} {string.Join(' ', e.Value.Select(s => "--set " + s))}"));
        return string.Join(' ', parts);
    }
}

using System.Text.Json;

namespace MbMix.Comparison;

/// <summary>
/// What all runs of a comparison have in common, and the definition of each arm, as stored in <c>comparison.json</c>.
/// </summary>
internal sealed record ComparisonTerms(long? Budget, string[] Settings, SortedDictionary<string, string>? Arms)
{
    private static readonly JsonSerializerOptions Json =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <exception cref="ConfigurationException">The file does not describe a comparison.</exception>
    public static ComparisonTerms Read(string path)
    {
        try
        {
            var json = DocumentReader.ReadFile(path, DocumentKind.Comparison);
            json.AllowOnly("budget", "settings", "arms");
            var list = json.Find("arms");
            var arms = list is null ? null : new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (label, definition) in list?.Members() ?? []) arms!.Add(label, definition.Text());
            return new ComparisonTerms(
                json.Find("budget")?.Integer(1), [.. json.Find("settings")?.Texts() ?? []], arms);
        }
        catch (ConfigurationException e)
        {
            string reason = OneLine.Of(e);
            throw new ConfigurationException(
                $"{reason} This is not the description of a comparison; choose another folder with --out.", e);
        }
    }

    /// <summary>Returns these terms with the arms of others added.</summary>
    /// <exception cref="ConfigurationException">
    /// The others have a different budget, settings or definition of an arm.
    /// </exception>
    public ComparisonTerms Extend(ComparisonTerms other, string folder)
    {
        if (Budget != other.Budget || !(Settings ?? []).SequenceEqual(other.Settings))
            throw new ConfigurationException(
                $"{folder} holds a comparison with {this}, but this one has {other}: choose another folder with "
                + "--out, or the same options.");
        var arms = new SortedDictionary<string, string>(Arms ?? [], StringComparer.Ordinal);
        foreach (var (label, definition) in other.Arms ?? [])
        {
            if (arms.TryGetValue(label, out string? before) && before != definition)
                throw new ConfigurationException(
                    $"{folder} holds a comparison in which {label} is {before}, but here it is {definition}: choose "
                    + "another folder with --out, or another label.");
            arms[label] = definition;
        }
        return this with { Arms = arms };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    public override string ToString() =>
        (Budget is long budget ? FormattableString.Invariant($"--budget {budget}") : "no --budget")
            + string.Concat((Settings ?? []).Select(s => " --set " + s));
}

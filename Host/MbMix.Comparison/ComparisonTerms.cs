using System.Text.Json;

namespace MbMix.Comparison;

/// <summary>
/// What all runs of a comparison have in common, the definition of each arm, and the ids of what was given by name, as
/// stored in <c>comparison.json</c>.
/// </summary>
internal sealed record ComparisonTerms(
    long? Budget, string[] Settings, SortedDictionary<string, string> Arms,
    SortedDictionary<string, string> Environments, SortedDictionary<string, string> Algorithms,
    ComparisonLayout? Layout = null)
{
    private static readonly JsonSerializerOptions Json =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static ComparisonTerms Of(ComparisonPlan plan) => new(
        plan.Budget, [.. plan.Settings], Sorted(plan.Arms.ToDictionary(a => a.Label, a => a.Definition())),
        Sorted(plan.EnvironmentIds), Sorted(plan.AlgorithmIds), ComparisonLayout.Of(plan));

    /// <exception cref="ConfigurationException">The file does not describe a comparison.</exception>
    /// <exception cref="MbMixException">The file could not be read.</exception>
    public static ComparisonTerms Read(string path)
    {
        try
        {
            var json = DocumentReader.ReadFile(path, DocumentKind.Comparison);
            json.AllowOnly("budget", "settings", "arms", "environments", "algorithms", "layout");
            // earlier versions stored no ids and no layout
            return new ComparisonTerms(
                json.Find("budget")?.Integer(1), [.. json.Find("settings")?.Texts() ?? []], Texts(json.Find("arms")),
                Texts(json.Find("environments")), Texts(json.Find("algorithms")),
                json.Find("layout") is { } layout ? ComparisonLayout.Read(layout) : null);
        }
        catch (ConfigurationException e)
        {
            string reason = OneLine.Of(e);
            throw new ConfigurationException(
                $"{reason} This is not the description of a comparison; choose another folder with --out.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ReportFile.Error(path, "read", e);
        }
    }

    /// <summary>
    /// Returns these terms with those of another start of the comparison. What binds no trained run is replaced.
    /// </summary>
    /// <param name="other">The terms of the other start.</param>
    /// <param name="folder">The comparison's folder, for messages.</param>
    /// <param name="trained">Folder names of environment and arm of every trained run.</param>
    /// <exception cref="ConfigurationException">
    /// Runs were trained with a different budget, settings or definition of an arm, or under another name.
    /// </exception>
    public ComparisonTerms Extend(
        ComparisonTerms other, string folder, IReadOnlyList<(string Environment, string Arm)> trained)
    {
        folder = OneLine.Path(folder);
        if (trained.Count > 0 && (Budget != other.Budget || !Settings.SequenceEqual(other.Settings)))
            throw new ConfigurationException(
                $"{folder} holds a comparison with {this}, but this one has {other}: choose another folder with "
                + "--out, or the same options.");
        var arms = Sorted(Arms);
        foreach (var (label, definition) in other.Arms)
        {
            if (arms.TryGetValue(label, out string? before) && before != definition && ArmTrained(label))
                throw new ConfigurationException(
                    $"{folder} holds a comparison in which {label} is {before}, but here it is {definition}: choose "
                    + "another folder with --out, or another label.");
            arms[label] = definition;
        }
        return other with
        {
            Arms = arms,
            Environments = Merge(Environments, other.Environments, folder, EnvironmentTrained),
            Algorithms = Merge(Algorithms, other.Algorithms, folder, ArmTrained),
        };

        bool ArmTrained(string label) => trained.Any(t => t.Arm == ComparisonPlan.FileName(label));
        bool EnvironmentTrained(string name) => trained.Any(t => t.Environment == ComparisonPlan.FileName(name));
    }

    /// <summary>Lists the labels of the arms that are defined differently here than before.</summary>
    public IEnumerable<string> Changed(ComparisonTerms before) =>
        from arm in before.Arms
        where !Settings.SequenceEqual(before.Settings) || Arms.GetValueOrDefault(arm.Key) != arm.Value
        select arm.Key;

    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    public override string ToString() =>
        (Budget is long budget ? FormattableString.Invariant($"--budget {budget}") : "no --budget")
            + string.Concat(Settings.Select(s => " --set " + s));

    // under two names, a component would be trained twice
    private static SortedDictionary<string, string> Merge(
        SortedDictionary<string, string> names, SortedDictionary<string, string> others, string folder,
        Predicate<string> trained)
    {
        var merged = Sorted(names);
        foreach (var (name, id) in others)
        {
            string shown = OneLine.Value(name);
            if (names.TryGetValue(name, out string? before) && before != id && trained(name))
                throw new ConfigurationException(
                    $"{folder} holds a comparison in which '{shown}' is {before}, but here it is {id}: give whole ids, "
                    + "or choose another folder with --out.");
            foreach (string twin in names.Where(n => n.Key != name && n.Value == id).Select(n => n.Key))
            {
                if (trained(twin))
                    throw new ConfigurationException(
                        $"{folder} holds a comparison in which {id} is called '{OneLine.Value(twin)}', but here it is "
                        + $"called '{shown}': use the same name, or choose another folder with --out.");
                merged.Remove(twin);
            }
            merged[name] = id;
        }
        return merged;
    }

    private static SortedDictionary<string, string> Texts(DocumentValue? json) =>
        Sorted(json?.Members().Select(m => KeyValuePair.Create(m.Key, m.Value.Text())) ?? []);

    private static SortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> entries) =>
        new(entries.ToDictionary(e => e.Key, e => e.Value), StringComparer.Ordinal);
}

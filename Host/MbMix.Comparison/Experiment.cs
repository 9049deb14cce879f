namespace MbMix.Comparison;

/// <summary>
/// A comparison that is written down: arms with their settings, environments, seeds and budget. The ones of this project are the files
/// in <c>experiments/</c>; docs/comparing.md describes the format.
/// </summary>
public sealed record Experiment
{
    /// <summary>Name of the file without its extension.</summary>
    public required string Name { get; init; }

    /// <summary>What it shows, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>Environments.</summary>
    public required IReadOnlyList<string> Environments { get; init; }

    /// <summary>Number of seeds.</summary>
    public required int Seeds { get; init; }

    /// <summary>Environment steps of every run; null where each takes its preset's.</summary>
    public long? Budget { get; init; }

    /// <summary>Runs side by side.</summary>
    public int Jobs { get; init; } = 2;

    /// <summary>What is compared.</summary>
    public required IReadOnlyList<ComparisonArm> Arms { get; init; }

    /// <summary>Per environment the returns that count as 0 and as 1.</summary>
    public IReadOnlyDictionary<string, (double Zero, double One)> Scale { get; init; } = new Dictionary<string, (double, double)>();

    /// <summary>The arms with the given labels, all where none is given.</summary>
    /// <exception cref="ConfigurationException">There is no such arm.</exception>
    public IReadOnlyList<ComparisonArm> Select(IReadOnlyList<string> labels)
    {
        if (labels.Count == 0) return Arms;
        foreach (string label in labels)
        {
            if (!Arms.Any(a => Is(a, label)))
                throw new ConfigurationException($"Experiment {Name} has no arm '{label}'.{Suggestion.For(label, Arms.Select(a => a.Label))}");
        }
        return [.. Arms.Where(a => labels.Any(l => Is(a, l)))];
    }

    /// <summary>The environments with the given ids or names, all where none is given.</summary>
    /// <exception cref="ConfigurationException">There is no such environment.</exception>
    public IReadOnlyList<string> SelectEnvironments(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return Environments;
        foreach (string name in names)
        {
            if (!Environments.Any(e => Matches(e, name)))
                throw new ConfigurationException($"Experiment {Name} has no environment '{name}'; it has {string.Join(", ", Environments)}.");
        }
        return [.. Environments.Where(e => names.Any(n => Matches(e, n)))];
    }

    // an experiment holds ids as a rule, and people write their middle
    private static bool Matches(string environment, string name) =>
        environment.Equals(name, StringComparison.OrdinalIgnoreCase) || environment.Contains($"/{name}-v", StringComparison.OrdinalIgnoreCase);

    private static bool Is(ComparisonArm arm, string label) => arm.Label.Equals(label, StringComparison.OrdinalIgnoreCase);
}

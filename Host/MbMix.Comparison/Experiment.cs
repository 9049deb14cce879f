namespace MbMix.Comparison;

/// <summary>
/// A comparison described in a file: arms with their settings, environments, seeds and budget. The project's own
/// experiments are in <c>experiments/</c>; docs/comparing.md describes the format.
/// </summary>
public sealed record Experiment
{
    /// <summary>Name of the experiment: that of its file without the extension.</summary>
    public required string Name { get; init; }

    /// <summary>What the experiment shows, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>Ids of the environments.</summary>
    public required IReadOnlyList<string> Environments { get; init; }

    /// <summary>Number of seeds.</summary>
    public required int Seeds { get; init; }

    /// <summary>
    /// The first seed; the others follow. Settings that were tuned on some seeds are compared on others.
    /// </summary>
    public int FirstSeed { get; init; }

    /// <summary>Environment steps of every run; null for the budget of each run's preset.</summary>
    public long? Budget { get; init; }

    /// <summary>Number of runs in parallel.</summary>
    public int Jobs { get; init; } = 2;

    /// <summary>The arms to compare.</summary>
    public required IReadOnlyList<ComparisonArm> Arms { get; init; }

    /// <summary>For each environment, the returns that become scores 0 and 1.</summary>
    public IReadOnlyDictionary<string, (double Zero, double One)> Scale { get; init; } =
        new Dictionary<string, (double, double)>();

    /// <summary>Returns the id for which the name of an environment stands, or the name if there is none.</summary>
    internal Func<string, string> EnvironmentId { get; init; } = name => name;

    /// <summary>Returns the arms with the given labels; all arms if there are none.</summary>
    /// <exception cref="ConfigurationException">The experiment has no such arm, or one is named twice.</exception>
    public IReadOnlyList<ComparisonArm> Select(IReadOnlyList<string> labels)
    {
        if (labels.Count == 0) return Arms;
        foreach (string label in labels)
        {
            if (!Arms.Any(a => Is(a, label)))
                throw new ConfigurationException(
                    $"Experiment {Name} has no arm '{OneLine.Value(label)}'."
                    + Suggestion.For(label, Arms.Select(a => a.Label)));
        }
        SpelledNames.RequireDistinct("--arms names", labels, l => Arms.First(a => Is(a, l)).Label);
        return [.. Arms.Where(a => labels.Any(l => Is(a, l)))];
    }

    /// <summary>Returns the environments with the given ids or names; all environments if there are none.</summary>
    /// <exception cref="ConfigurationException">
    /// The experiment has no such environment, or one is named twice.
    /// </exception>
    public IReadOnlyList<string> SelectEnvironments(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return Environments;
        foreach (string name in names)
        {
            if (!Environments.Any(e => Matches(e, name)))
                throw new ConfigurationException(
                    $"Experiment {Name} has no environment '{OneLine.Value(name)}'; "
                    + $"it has {string.Join(", ", Environments)}.");
        }
        SpelledNames.RequireDistinct("--env names", names, n => EnvironmentId(Environments.First(e => Matches(e, n))));
        return [.. Environments.Where(e => names.Any(n => Matches(e, n)))];
    }

    private bool Matches(string environment, string name) =>
        EnvironmentId(environment) is var id
            && (environment.Equals(name, StringComparison.OrdinalIgnoreCase) || SpelledNames.MayMean(name, id)
                || EnvironmentId(name) == id);

    private static bool Is(ComparisonArm arm, string label) =>
        arm.Label.Equals(label, StringComparison.OrdinalIgnoreCase);
}

using System.Globalization;
using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>The plan of a comparison: every arm on every environment with every seed, each as a separate run.</summary>
public sealed record ComparisonPlan
{
    // a copy made by `with` also copies this field, but must not use the original's list
    private RunList? list;

    /// <summary>Ids or names of the environments.</summary>
    public required IReadOnlyList<string> Environments { get; init; }

    /// <summary>The arms: algorithms with their settings.</summary>
    public required IReadOnlyList<ComparisonArm> Arms { get; init; }

    /// <summary>Number of seeds.</summary>
    public required int Seeds { get; init; }

    /// <summary>The first seed; the others follow: by default 0, 1, 2 ...</summary>
    public int FirstSeed { get; init; }

    /// <summary>Path of the comparison's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Environment steps of every run; null for the budget of each run's preset.</summary>
    public long? Budget { get; init; }

    /// <summary>Settings for every run, <c>section.key=value</c>; they override those of an arm.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>
    /// For each environment, the returns that become scores 0 and 1 when environments are combined; by default those of
    /// the worst and the best run.
    /// </summary>
    public IReadOnlyDictionary<string, (double Zero, double One)> Scale { get; init; } =
        new Dictionary<string, (double, double)>();

    /// <summary>What every run needs of the machine that trains it; it overrides what an arm says.</summary>
    public RunNeeds Needs { get; init; } = new();

    /// <summary>Additional plugin folders for every run.</summary>
    public IReadOnlyList<string> PluginFolders { get; init; } = [];

    /// <summary>Plugins that are not loaded by any run.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>
    /// Whether interrupted runs go on although plugins, host or libraries have changed since they were started.
    /// </summary>
    public bool AcceptChangedPlugins { get; init; }

    /// <summary>
    /// What names of environments stand for that are neither ids nor names of components, such as model files: for each
    /// an environment and settings of it. Names that are missing here stand for themselves.
    /// </summary>
    public IReadOnlyDictionary<string, EnvironmentChoice> Choices { get; init; } =
        new Dictionary<string, EnvironmentChoice>();

    /// <summary>
    /// Runs that were found in folders, in place of those that the plan would train; null if it trains.
    /// </summary>
    internal IReadOnlyList<PlannedRun>? Stored { get; init; }

    /// <summary>The seeds of all runs.</summary>
    internal IReadOnlyList<long> SeedNumbers => Stored is null
        ? [.. Enumerable.Range(FirstSeed, Seeds).Select(s => (long)s)]
        : [.. Stored.Select(r => r.Seed).Distinct().Order()];

    /// <summary>Ids of the environments by their names in this plan; empty until the plan is resolved.</summary>
    internal IReadOnlyDictionary<string, string> EnvironmentIds { get; private init; } =
        new Dictionary<string, string>();

    /// <summary>Ids of the algorithms that are plain arms, likewise.</summary>
    internal IReadOnlyDictionary<string, string> AlgorithmIds { get; private init; } =
        new Dictionary<string, string>();

    /// <summary>
    /// The runs, in the order in which they are started. The arms of one seed follow each other, so that an interrupted
    /// comparison can still compare them.
    /// </summary>
    public IReadOnlyList<PlannedRun> Runs
    {
        get
        {
            if (Stored is not null) return Stored;
            if (list?.Owner != (object)this) list = new RunList(this);
            return list.Runs;
        }
    }

    /// <summary>Checks the plan.</summary>
    /// <exception cref="ConfigurationException">There is nothing to compare, or something is named twice.</exception>
    public void Validate()
    {
        if (Environments.Count == 0) throw new ConfigurationException("compare needs an environment: --env ID...");
        if (Arms.Count == 0) throw new ConfigurationException("compare needs an algorithm: --algo ID...");
        if (Seeds < 1)
            throw new ConfigurationException($"--seeds is the number of seeds and must be at least 1, not {Seeds}.");
        if (Budget is < 1)
            throw new ConfigurationException(
                $"--budget is a number of environment steps and must be at least 1, not {Budget}.");
        SpelledNames.RequireDistinct("--env names", Environments, e => e);
        SpelledNames.RequireDistinct("--algo names", Arms.Select(a => a.Label), a => a);
    }

    /// <summary>Resolves names to ids, so that nothing is trained twice under two names.</summary>
    /// <returns>The same plan, which keeps the names as given but knows their ids.</returns>
    /// <exception cref="ConfigurationException">
    /// A name is unknown, or two environments or two plain arms are the same.
    /// </exception>
    public ComparisonPlan Resolve(PluginCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        // the settings are part of what a model file stands for
        var environments = Environments.ToDictionary(
            e => e,
            e => string.Join(
                ' ', [catalog.Find(ComponentKind.Environment, Choice(e).Environment).Id, .. Choice(e).Settings]));
        var algorithms = Arms.Where(a => a.IsPlain)
            .ToDictionary(a => a.Label, a => catalog.Find(ComponentKind.Algorithm, a.Algorithm).Id);
        SpelledNames.RequireDistinct("--env names", Environments, e => environments[e]);
        SpelledNames.RequireDistinct("--algo names", algorithms.Keys, a => algorithms[a]);
        RequireOwnFolders(Environments, "--env");
        RequireOwnFolders(Arms.Select(a => a.Label), "--algo");
        return this with { EnvironmentIds = environments, AlgorithmIds = algorithms };
    }

    /// <summary>Describes the training of a run, for the host to resolve.</summary>
    public TrainingRequest Request(PlannedRun run) => new()
    {
        Environment = Choice(run.Environment).Environment,
        Algorithm = run.Arm.Algorithm,
        Model = run.Arm.Model,
        Preset = run.Arm.Preset,
        Settings = SettingsOf(run),
        Seed = run.Seed,
        Budget = Budget,
    };

    /// <summary>Lists the arguments of the <c>mbmix</c> process that starts a run.</summary>
    public IReadOnlyList<string> TrainArguments(PlannedRun run)
    {
        List<string> arguments = ["train", Choice(run.Environment).Environment, "--algo", run.Arm.Algorithm];
        if (run.Arm.Model is { } model) arguments.AddRange(["--model", model]);
        if (run.Arm.Preset is { } preset) arguments.AddRange(["--preset", preset]);
        arguments.AddRange(
            ["--seed", run.Seed.ToString(CultureInfo.InvariantCulture), "--threads", "1", "--out", run.Folder]);
        if (Budget is long budget) arguments.AddRange(["--budget", budget.ToString(CultureInfo.InvariantCulture)]);
        foreach (string setting in SettingsOf(run)) arguments.AddRange(["--set", setting]);
        return WithPlugins(arguments);
    }

    /// <summary>Lists the arguments of the <c>mbmix</c> process that resumes an interrupted run.</summary>
    public IReadOnlyList<string> ResumeArguments(PlannedRun run)
    {
        List<string> arguments = ["train", "--resume", run.Folder];
        if (AcceptChangedPlugins) arguments.Add("--accept-changed-plugins");
        return WithPlugins(arguments);
    }

    /// <summary>Turns an id or a label into a file name.</summary>
    internal static string FileName(string id) => ClosedFolder.PlainName(id);

    /// <summary>Describes a run in the folder of a comparison.</summary>
    internal static PlannedRun Plan(string folder, string environment, ComparisonArm arm, long seed)
    {
        string group = Path.Combine(FileName(environment), FileName(arm.Label));
        string name = string.Create(CultureInfo.InvariantCulture, $"seed{seed}");
        return new(
            environment, arm, seed, Path.Combine(folder, "runs", group, name),
            Path.Combine(folder, "logs", group, name + ".log"));
    }

    private IReadOnlyList<string> SettingsOf(PlannedRun run) =>
        [.. Choice(run.Environment).Settings, .. run.Arm.SettingsOn(run.Environment), .. Settings];

    private EnvironmentChoice Choice(string environment) =>
        Choices.GetValueOrDefault(environment) ?? new EnvironmentChoice(environment, []);

    private static void RequireOwnFolders(IEnumerable<string> names, string option)
    {
        var twins = names.GroupBy(FileName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twins is null) return;
        throw new ConfigurationException(
            $"{option} names {string.Join(" and ", twins.Take(2).Select(OneLine.Value))}, whose folders would have the "
            + "same name; compare them in different folders (--out).");
    }

    private List<string> WithPlugins(List<string> arguments)
    {
        foreach (string folder in PluginFolders) arguments.AddRange(["--plugins", folder]);
        foreach (string plugin in Without) arguments.AddRange(["--without", plugin]);
        return arguments;
    }

    private sealed class RunList(ComparisonPlan owner)
    {
        public ComparisonPlan Owner => owner;

        public IReadOnlyList<PlannedRun> Runs { get; } =
        [
            .. from environment in owner.Environments
               from seed in Enumerable.Range(owner.FirstSeed, owner.Seeds)
               from arm in owner.Arms
               select Plan(owner.Folder, environment, arm, seed),
        ];
    }
}

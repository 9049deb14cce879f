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

    /// <summary>Number of seeds; the seeds are 0, 1, 2 ...</summary>
    public required int Seeds { get; init; }

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

    /// <summary>Additional plugin folders for every run.</summary>
    public IReadOnlyList<string> PluginFolders { get; init; } = [];

    /// <summary>Plugins that are not loaded by any run.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>
    /// The runs, in the order in which they are started. The arms of one seed follow each other, so that an interrupted
    /// comparison can still compare them.
    /// </summary>
    public IReadOnlyList<PlannedRun> Runs
    {
        get
        {
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
        Distinct(Environments, "--env");
        Distinct(Arms.Select(a => a.Label), "--algo");
    }

    /// <summary>Describes the training of a run, for the host to resolve.</summary>
    public TrainingRequest Request(PlannedRun run) => new()
    {
        Environment = run.Environment,
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
        List<string> arguments = ["train", run.Environment, "--algo", run.Arm.Algorithm];
        if (run.Arm.Model is { } model) arguments.AddRange(["--model", model]);
        if (run.Arm.Preset is { } preset) arguments.AddRange(["--preset", preset]);
        arguments.AddRange(
            ["--seed", run.Seed.ToString(CultureInfo.InvariantCulture), "--threads", "1", "--out", run.Folder]);
        if (Budget is long budget) arguments.AddRange(["--budget", budget.ToString(CultureInfo.InvariantCulture)]);
        foreach (string setting in SettingsOf(run)) arguments.AddRange(["--set", setting]);
        return WithPlugins(arguments);
    }

    /// <summary>Lists the arguments of the <c>mbmix</c> process that resumes an interrupted run.</summary>
    public IReadOnlyList<string> ResumeArguments(PlannedRun run) => WithPlugins(["train", "--resume", run.Folder]);

    /// <summary>Turns an id or a label into a file name.</summary>
    internal static string FileName(string id) => ClosedFolder.PlainName(id);

    private IReadOnlyList<string> SettingsOf(PlannedRun run) => [.. run.Arm.SettingsOn(run.Environment), .. Settings];

    private static void Distinct(IEnumerable<string> names, string option)
    {
        string? twice = names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is not null)
            throw new ConfigurationException($"{option} names {OneLine.Value(twice)} twice; name it once.");
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
               from seed in Enumerable.Range(0, owner.Seeds)
               from arm in owner.Arms
               select Plan(owner.Folder, environment, arm, seed),
        ];

        private static PlannedRun Plan(string folder, string environment, ComparisonArm arm, int seed)
        {
            string group = Path.Combine(FileName(environment), FileName(arm.Label));
            string name = string.Create(CultureInfo.InvariantCulture, $"seed{seed}");
            return new(
                environment, arm, seed, Path.Combine(folder, "runs", group, name),
                Path.Combine(folder, "logs", group, name + ".log"));
        }
    }
}

using System.Globalization;

namespace MbMix.Hosting;

/// <summary>What is to be compared: every algorithm on every environment with every seed, each as a run of its own.</summary>
public sealed record ComparisonPlan
{
    private IReadOnlyList<PlannedRun>? runs;

    /// <summary>Environments.</summary>
    public required IReadOnlyList<string> Environments { get; init; }

    /// <summary>Algorithms.</summary>
    public required IReadOnlyList<string> Algorithms { get; init; }

    /// <summary>Number of seeds; they are 0, 1, 2 ...</summary>
    public required int Seeds { get; init; }

    /// <summary>Folder of the comparison.</summary>
    public required string Folder { get; init; }

    /// <summary>Environment steps of every run; null leaves each algorithm its preset's budget.</summary>
    public long? Budget { get; init; }

    /// <summary>Options for every run, <c>key=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Further plugin folders for every run.</summary>
    public IReadOnlyList<string> PluginFolders { get; init; } = [];

    /// <summary>
    /// The runs in the order they are started: the algorithms of one seed stand together, so that an interrupted comparison is
    /// still a comparison.
    /// </summary>
    public IReadOnlyList<PlannedRun> Runs => runs ??= [.. from environment in Environments
                                                          from seed in Enumerable.Range(0, Seeds)
                                                          from algorithm in Algorithms
                                                          select Plan(environment, algorithm, seed)];

    /// <summary>Complains about what cannot be compared.</summary>
    /// <exception cref="ConfigurationException">Nothing to compare, or the same thing twice.</exception>
    public void Validate()
    {
        if (Environments.Count == 0) throw new ConfigurationException("compare needs an environment: --env ID...");
        if (Algorithms.Count == 0) throw new ConfigurationException("compare needs an algorithm: --algo ID...");
        if (Seeds < 1) throw new ConfigurationException($"--seeds is the number of seeds and must be at least 1, not {Seeds}.");
        if (Budget is < 1) throw new ConfigurationException($"--budget is a number of environment steps and must be at least 1, not {Budget}.");
        Distinct(Environments, "--env");
        Distinct(Algorithms, "--algo");
    }

    /// <summary>Arguments of the <c>mbmix</c> process that begins a run.</summary>
    public IReadOnlyList<string> TrainArguments(PlannedRun run)
    {
        List<string> arguments =
        [
            "train", run.Environment, "--algo", run.Algorithm, "--seed", run.Seed.ToString(CultureInfo.InvariantCulture),
            "--threads", "1", "--out", run.Folder,
        ];
        if (Budget is long budget) arguments.AddRange(["--budget", budget.ToString(CultureInfo.InvariantCulture)]);
        foreach (string setting in Settings) arguments.AddRange(["--set", setting]);
        return WithPlugins(arguments);
    }

    /// <summary>Arguments of the <c>mbmix</c> process that goes on with an interrupted run.</summary>
    public IReadOnlyList<string> ResumeArguments(PlannedRun run) => WithPlugins(["train", "--resume", run.Folder]);

    /// <summary>An id as a file name.</summary>
    internal static string FileName(string id) => id.Replace('/', '.');

    private static void Distinct(IReadOnlyList<string> names, string option)
    {
        string? twice = names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is not null) throw new ConfigurationException($"{option} names {twice} twice; name it once.");
    }

    private PlannedRun Plan(string environment, string algorithm, int seed)
    {
        string group = Path.Combine(FileName(environment), FileName(algorithm));
        string name = string.Create(CultureInfo.InvariantCulture, $"seed{seed}");
        return new(environment, algorithm, seed, Path.Combine(Folder, "runs", group, name), Path.Combine(Folder, "logs", group, name + ".log"));
    }

    private List<string> WithPlugins(List<string> arguments)
    {
        foreach (string folder in PluginFolders) arguments.AddRange(["--plugins", folder]);
        return arguments;
    }
}

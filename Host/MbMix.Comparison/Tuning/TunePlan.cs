using System.Globalization;
using MbMix.Hosting;
using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>How the trials of a search are trained: each seed of a trial is a run of its own.</summary>
internal sealed record TunePlan
{
    public required SearchTerms Terms { get; init; }

    /// <summary>Path of the search's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Number of runs in parallel.</summary>
    public required int Jobs { get; init; }

    /// <summary>Additional plugin folders for every run.</summary>
    public IReadOnlyList<string> PluginFolders { get; init; } = [];

    /// <summary>Plugins that are not loaded by any run.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Whether runs go on although plugins, host or libraries have changed.</summary>
    public bool AcceptChangedPlugins { get; init; }

    /// <summary>
    /// Number of evaluations of each run, such that there is one at every rung; null for that of preset and settings.
    /// </summary>
    public int? Evaluations { get; init; }

    public string JournalFile => Path.Combine(Folder, "search.jsonl");

    /// <summary>Describes a run of a trial.</summary>
    public PlannedRun RunOf(Trial trial, long seed)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"trial{trial.Number:0000}");
        string run = string.Create(CultureInfo.InvariantCulture, $"seed{seed}");
        var arm = new ComparisonArm
        {
            Label = string.Create(CultureInfo.InvariantCulture, $"trial {trial.Number}"),
            Algorithm = Terms.Algorithm!,
            Model = Terms.Model,
            Preset = Terms.Preset,
        };
        return new PlannedRun(
            Terms.Environment!, arm, seed, Path.Combine(Folder, "runs", name, run),
            Path.Combine(Folder, "logs", name, run + ".log"));
    }

    /// <summary>Describes the training of a setting, for the host to resolve.</summary>
    public TrainingRequest Request(IEnumerable<string> settings) => new()
    {
        Environment = Terms.Environment!,
        Algorithm = Terms.Algorithm!,
        Model = Terms.Model,
        Preset = Terms.Preset,
        Settings = [.. Terms.Settings, .. settings],
        Budget = Terms.Budget,
    };

    /// <summary>Lists the settings of a trial, beside those of all trials.</summary>
    public IEnumerable<string> SettingsOf(Setting setting) =>
        Terms.Space.Texts(setting).Select(t => $"{t.Name}={t.Text}");

    /// <summary>Lists the arguments of the <c>mbmix</c> process that starts a run.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="run">The run.</param>
    /// <param name="steps">Where it stops; null for the whole budget.</param>
    public IReadOnlyList<string> TrainArguments(Trial trial, PlannedRun run, long? steps)
    {
        List<string> arguments = ["train", run.Environment, "--algo", run.Arm.Algorithm];
        if (Terms.Model is { } model) arguments.AddRange(["--model", model]);
        if (Terms.Preset is { } preset) arguments.AddRange(["--preset", preset]);
        arguments.AddRange(["--seed", Show(run.Seed), "--threads", "1", "--out", run.Folder]);
        if (Terms.Budget is { } budget) arguments.AddRange(["--budget", Show(budget)]);
        foreach (string setting in Terms.Settings.Concat(SettingsOf(trial.Setting)))
            arguments.AddRange(["--set", setting]);
        if (Evaluations is { } evaluations) arguments.AddRange(["--set", $"run.evaluations={Show(evaluations)}"]);
        return Finish(arguments, steps);
    }

    /// <summary>Lists the arguments of the <c>mbmix</c> process that resumes a run.</summary>
    public IReadOnlyList<string> ResumeArguments(PlannedRun run, long? steps)
    {
        List<string> arguments = ["train", "--resume", run.Folder];
        if (AcceptChangedPlugins) arguments.Add("--accept-changed-plugins");
        return Finish(arguments, steps);
    }

    private List<string> Finish(List<string> arguments, long? steps)
    {
        if (steps is { } stop) arguments.AddRange(["--stop-after", Show(stop)]);
        foreach (string folder in PluginFolders) arguments.AddRange(["--plugins", folder]);
        foreach (string plugin in Without) arguments.AddRange(["--without", plugin]);
        return arguments;
    }

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);
}

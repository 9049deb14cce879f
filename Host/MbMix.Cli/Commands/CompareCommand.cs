using System.CommandLine;
using MbMix.Comparison;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix compare</c>: trains algorithms on environments with several seeds, each in its own process, and reports the
/// results.
/// </summary>
internal static class CompareCommand
{
    // as in experiments
    private const int DefaultSeeds = 3, MostSeeds = 10_000, MostJobs = 1024;

    private static readonly Option<string?> ExperimentName = new("--experiment")
    {
        Description = "Experiment to run: its name or its file.",
        HelpName = "NAME",
    };
    private static readonly Option<string[]> Arms = new("--arms")
    {
        Description = "Run only these arms of the experiment.",
        HelpName = "LABEL",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> Environments = new("--env")
    {
        Description = "Environments, by id or name, or model files (MJCF or URDF); for an experiment, run only these.",
        HelpName = "ENVIRONMENT",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Task = ModelPath.Task(), Simulator = ModelPath.Simulator();
    private static readonly Option<string[]> Algorithms = new("--algo")
    {
        Description = "Algorithms, by id or name.",
        HelpName = "ALGORITHM",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<int?> Seeds = NumberOption.Create(
        "--seeds", "N", "Number of seeds (3, or the experiment's).", 1, MostSeeds);

    private static readonly Option<int?> FirstSeed = NumberOption.Create(
        "--first-seed", "S", "First seed; the others follow (0, or the experiment's).", 0, MostSeeds);
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Folder of the comparison (runs/compare, or runs/EXPERIMENT); "
            + "repeating the command continues what is in it.",
        HelpName = "DIR",
    };
    private static readonly Option<int?> Jobs = NumberOption.Create(
        "--jobs", "N", "Number of runs in parallel, one thread each (one per core, or the experiment's).", 1, MostJobs);
    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Show the runs, their commands and an estimate of the hours; "
            + "train only the short runs that the estimate needs.",
    };
    private static readonly Option<bool> AcceptChangedPlugins = new("--accept-changed-plugins")
    {
        Description = "Continue runs although plugins, host or libraries changed since they were started.",
    };
    private static readonly Option<long?> Budget = Shared.Budget();
    private static readonly Option<string[]> Set = Shared.Set("env, algo, model, run");
    private static readonly Option<string[]> Plugins = Shared.Plugins(), Without = Shared.Without();
    private static readonly Option<bool> Quiet = Shared.Quiet();
    private static readonly Option<string?> Cluster = new("--cluster")
    {
        Description = "Have the runs done by the cluster whose coordinator is there.",
        HelpName = "HOST",
    };
    private static readonly Option<string[]> Needs = new("--needs")
    {
        Description = "With --cluster, what every run needs: cores=N, memory=GIB, label=NAME (one core and 1 GiB, "
            + "or the experiment's).",
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Token = ClusterOptions.Token(), Certificate = ClusterOptions.Trusted();

    public static Command Create()
    {
        var command = new Command("compare", "Train algorithms on environments with several seeds and compare them.")
        {
            ExperimentName, Arms, Environments, Task, Simulator, Algorithms, Seeds, FirstSeed, Budget, Out, Jobs,
            DryRun, Set, Plugins, Without, AcceptChangedPlugins, Quiet,
            Cluster, Needs, Token, Certificate,
        };
        command.SetAction(parsed => Run(parsed, parsed.GetValue(ExperimentName), parsed.GetValue(Cluster)));
        return command;
    }

    /// <summary>Creates <c>mbmix sweep</c>: an experiment, here or on a cluster.</summary>
    public static Command CreateSweep()
    {
        var file = new Argument<string?>("experiment") { Description = "Experiment to run: its file or its name." };
        var command = new Command("sweep", "Run an experiment, here or on a --cluster; like compare --experiment.")
        {
            file, Arms, Environments, Task, Simulator, Seeds, FirstSeed, Budget, Out, Jobs, DryRun, Set, Plugins,
            Without, AcceptChangedPlugins, Quiet, Cluster, Needs, Token, Certificate,
        };
        command.SetAction(parsed => Run(parsed, parsed.GetValue(file), parsed.GetValue(Cluster)));
        return command;
    }

    private static int Run(ParseResult parsed, string? named, string? host)
    {
        var sessions = Shared.Sessions(parsed.GetValue(Plugins) ?? [], parsed.GetValue(Without));
        var experiment = named is { } name
            ? ExperimentReader.Read(name, Path.Combine(AppContext.BaseDirectory, "experiments"), sessions.Catalog)
            : null;
        var plan = Plan(parsed, experiment, sessions.Catalog);
        plan.Validate();
        if (host is null && parsed.GetValue(Needs) is { Length: > 0 })
            throw new ConfigurationException(
                "--needs tells a --cluster where runs fit; on this machine, --jobs says how many run at once.");
        if (host is not null && parsed.GetValue(DryRun))
            throw new ConfigurationException(
                "--dry-run measures the speed of this machine, and says nothing about a --cluster: leave one of them "
                + "out.");
        if (host is not null && parsed.GetValue(Jobs) is not null)
            throw new ConfigurationException(
                "--jobs is the number of runs in parallel on this machine; on a --cluster, it is the cores that "
                + "runners offer (cluster join --cores).");
        int jobs = parsed.GetValue(Jobs) ?? experiment?.Jobs ?? Environment.ProcessorCount;
        if (jobs < 1)
            throw new ConfigurationException(
                $"--jobs is the number of runs in parallel and must be at least 1, not {jobs}.");
        plan = plan.Resolve(sessions.Catalog);
        var options = CheckNames(plan, sessions);
        CodeOfRuns.RequireSame(plan, sessions.Catalog);
        // before each of the runs says so
        TorchLibrary.Require();
        using var cluster = ClusterOptions.Connect(host, parsed.GetValue(Token), parsed.GetValue(Certificate));
        // whoever mistypes an address or a token wants to know before there is a folder; later, patience is better
        cluster?.ObserveAsync(CancellationToken.None).GetAwaiter().GetResult();
        // all at once: the cluster decides how many it does at a time
        if (cluster is not null) jobs = plan.Runs.Count;
        RunOptions OptionsOf(PlannedRun run) => options[(run.Environment, run.Arm)];
        var far = cluster?.Launcher(plan, run => OptionsOf(run).Budget, Note);
        IRunLauncher launcher = far is null ? ProcessRunLauncher.ForThisProgram() : far;
        var report = new ComparisonReport(plan);
        // a command that is refused has changed nothing
        using var held = ComparisonFolder.Hold(plan.Folder);
        report.Begin(launcher);

        using var signal = new ChildrenSignal();

        // a dry run is there to be read
        bool dry = parsed.GetValue(DryRun), quiet = parsed.GetValue(Quiet) && !dry;
        if (!quiet) Describe(plan, experiment, host is null ? $"{jobs} in parallel" : $"by the cluster at {host}");
        if (dry)
        {
            foreach (var run in plan.Runs) Console.WriteLine(launcher.CommandLine(plan.TrainArguments(run)));
        }
        if (dry || (experiment is not null && !quiet && cluster is null))
        {
            var estimate = new ComparisonEstimate(plan, jobs, OptionsOf);
            if (!Measure(estimate, launcher, jobs, signal.Stop, signal.Abort)) return Interrupted();
            Console.Write(estimate.Write());
        }
        if (dry) return ExitCodes.Success;

        var ends = Train(plan, launcher, jobs, signal.Stop, signal.Abort, run => OptionsOf(run).Budget, quiet);
        var result = report.Write(ends);
        if (result.Table.Length > 0) Console.WriteLine(quiet ? result.Table : $"\n{result.Table}");
        foreach (string note in result.Notes) Note(note);
        Console.WriteLine($"report: {Path.GetFullPath(plan.Folder)}");
        if (result.Errors.Count > 0) Terminal.Error(OneLine.Join(result.Errors));
        if (signal.Stop.IsCancellationRequested && ends.Any(e => e.Stage != RunStage.Finished))
            return far?.Progress is null ? Interrupted() : Left();
        return result.Errors.Count == 0 && ends.All(e => e.Stage == RunStage.Finished)
            ? ExitCodes.Success
            : ExitCodes.Failure;
    }

    private static void Note(string line) => Console.Error.WriteLine("note: " + OneLine.Limit(line, taken: 6));

    private static void Describe(ComparisonPlan plan, Experiment? experiment, string where)
    {
        if (experiment is not null) Console.WriteLine($"{experiment.Name}: {experiment.Title}");
        Console.WriteLine(
            $"{Amount.Of(plan.Environments.Count, "environment")} x {Amount.Of(plan.Arms.Count, "algorithm")} x "
            + $"{Amount.Of(plan.Seeds, "seed")} = {Amount.Of(plan.Runs.Count, "run")} of one thread each, "
            + where);
    }

    private static ComparisonPlan Plan(ParseResult parsed, Experiment? experiment, PluginCatalog catalog)
    {
        string[] environments = parsed.GetValue(Environments) ?? [], algorithms = parsed.GetValue(Algorithms) ?? [],
            arms = parsed.GetValue(Arms) ?? [];
        if (experiment is null && arms.Length > 0)
            throw new ConfigurationException(
                "--arms selects among the arms of an --experiment; without one, name algorithms with --algo.");
        if (experiment is not null && algorithms.Length > 0)
            throw new ConfigurationException(
                "--experiment says which algorithms are compared: leave --algo out, or select among its arms with "
                + "--arms.");
        return new ComparisonPlan
        {
            Environments = experiment?.SelectEnvironments(environments) ?? environments,
            Choices = environments.Distinct().ToDictionary(
                e => e, e => ModelPath.Find(catalog, e, parsed.GetValue(Task), parsed.GetValue(Simulator))),
            Arms = experiment?.Select(arms) ?? ComparisonArm.Plain(algorithms),
            Seeds = parsed.GetValue(Seeds) ?? experiment?.Seeds ?? DefaultSeeds,
            FirstSeed = parsed.GetValue(FirstSeed) ?? experiment?.FirstSeed ?? 0,
            Budget = parsed.GetValue(Budget) ?? experiment?.Budget,
            Folder = parsed.GetValue(Out) is { } folder
                ? Checked(folder)
                : Path.Combine("runs", experiment?.Name ?? "compare"),
            Settings = parsed.GetValue(Set) ?? [],
            PluginFolders = Shared.Folders(parsed.GetValue(Plugins)),
            Without = parsed.GetValue(Without) ?? [],
            AcceptChangedPlugins = parsed.GetValue(AcceptChangedPlugins),
            Needs = RunNeeds.Parse(parsed.GetValue(Needs) ?? []),
            Scale = experiment?.Scale ?? new Dictionary<string, (double, double)>(),
        };
    }

    // keeps the path as given, because the plan shows it to people
    private static string Checked(string folder)
    {
        UserPath.Folder(folder, "the comparison");
        return folder;
    }

    private static IReadOnlyList<RunUpdate> Train(
        ComparisonPlan plan, IRunLauncher launcher, int jobs, CancellationToken stop, CancellationToken abort,
        Func<PlannedRun, long> budget, bool quiet)
    {
        using var progress = CompareProgress.For(plan, stop, budget, quiet, launcher as ISweepLauncher);
        return new ComparisonRunner(plan, launcher, jobs).RunAsync(progress, stop, abort).GetAwaiter().GetResult();
    }

    private static bool Measure(
        ComparisonEstimate estimate, IRunLauncher launcher, int jobs, CancellationToken stop, CancellationToken abort)
    {
        if (estimate.Probes.Runs.All(r => File.Exists(Path.Combine(r.Folder, "result.json")))) return true;
        var (runs, steps) = (Amount.Of(estimate.Probes.Runs.Count, "combination"), estimate.Probes.Budget!.Value);
        Console.WriteLine($"measuring the speed of {runs} over {Amount.Of(steps, "step")} each");
        Train(estimate.Probes, launcher, jobs, stop, abort, _ => estimate.Probes.Budget!.Value, quiet: false);
        return !stop.IsCancellationRequested;
    }

    private static int Interrupted()
    {
        Console.Error.WriteLine("interrupted: the same command goes on from here.");
        return ExitCodes.Interrupted;
    }

    private static int Left()
    {
        Console.Error.WriteLine("left: the cluster goes on, and the same command waits for its runs again.");
        return ExitCodes.Interrupted;
    }

    // reports misspelt names and settings once, before the first run begins
    private static Dictionary<(string, ComparisonArm), RunOptions> CheckNames(
        ComparisonPlan plan, TrainingSessions sessions)
    {
        Shared.WarnAboutPlugins(sessions.Catalog);
        return plan.Runs.Where(r => r.Seed == plan.FirstSeed).ToDictionary(
            r => (r.Environment, r.Arm), r => Resolve(plan, sessions, r).Run);
    }

    private static ResolvedConfiguration Resolve(ComparisonPlan plan, TrainingSessions sessions, PlannedRun run)
    {
        try
        {
            return sessions.Resolve(plan.Request(run));
        }
        catch (ConfigurationException e)
        {
            string which = $"{OneLine.Value(run.Label)} on {OneLine.Value(run.Environment)}: ";
            throw new ConfigurationException(which + OneLine.Limit(e.Message, which.Length), e);
        }
    }
}

using System.CommandLine;
using MbMix.Comparison;
using MbMix.Hosting;
using MbMix.Search;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix tune</c>: searches for good settings, each trained with several seeds in processes of its own.
/// </summary>
internal static class TuneCommand
{
    private const int MostJobs = 1024, MostTrials = 100_000;

    private static readonly Argument<string> File = new("file")
    {
        Description = "Description of the search: its file, or its name beside the program.",
    };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Folder of the search (runs/tune-NAME); repeating the command continues what is in it.",
        HelpName = "DIR",
    };
    private static readonly Option<int?> Trials = NumberOption.Create(
        "--trials", "N", "Number of trials (the file's).", 1, MostTrials);
    private static readonly Option<int?> Jobs = NumberOption.Create(
        "--jobs", "N", "Number of runs in parallel, one thread each (the file's).", 1, MostJobs);
    private static readonly Option<bool> AskTell = new("--ask-tell")
    {
        Description = "Train nothing: answer lines of JSON on standard input, for another program that measures.",
    };
    private static readonly Option<bool> Serve = new("--serve")
    {
        Description = "Suggest nothing: train the settings in lines of JSON on standard input, "
            + "for another program that suggests.",
    };
    private static readonly Option<bool> AcceptChangedPlugins = new("--accept-changed-plugins")
    {
        Description = "Continue runs although plugins, host or libraries changed since they were started.",
    };
    private static readonly Option<string[]> Plugins = Shared.Plugins(), Without = Shared.Without();
    private static readonly Option<bool> Quiet = Shared.Quiet();

    public static Command Create()
    {
        var command = new Command("tune", "Search for good settings.")
        {
            File, Out, Trials, Jobs, AskTell, Serve, Plugins, Without, AcceptChangedPlugins, Quiet,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        bool serve = parsed.GetValue(Serve);
        if (serve && parsed.GetValue(AskTell))
            throw new ConfigurationException(
                "--ask-tell has another program measure, --serve has it suggest: choose one of them.");
        var terms = SearchReader.Read(
            parsed.GetRequiredValue(File), Path.Combine(AppContext.BaseDirectory, "experiments", "searches"));
        if (parsed.GetValue(Trials) is { } trials) terms = terms with { Trials = trials };
        var plan = new TunePlan
        {
            Terms = terms,
            Folder = UserPath.Folder(parsed.GetValue(Out) ?? Path.Combine("runs", "tune-" + terms.Name), "the search"),
            Jobs = parsed.GetValue(Jobs) ?? terms.Jobs,
            PluginFolders = Shared.Folders(parsed.GetValue(Plugins)),
            Without = parsed.GetValue(Without) ?? [],
            AcceptChangedPlugins = parsed.GetValue(AcceptChangedPlugins),
        };
        if (parsed.GetValue(AskTell)) return Answer(plan);
        if (serve) TuneService.Require(terms);
        var sessions = Shared.Sessions(parsed.GetValue(Plugins) ?? [], parsed.GetValue(Without));
        Shared.WarnAboutPlugins(sessions.Catalog);
        plan = TuneChecks.Resolve(plan, sessions);
        // before each of the runs says so
        TorchLibrary.Require();
        using var search = Open(plan);
        if (!plan.AcceptChangedPlugins) CodeOfRuns.RequireSame(Begun(plan, search), sessions.Catalog);
        void Check(Setting setting) => sessions.Resolve(plan.Request(plan.SettingsOf(setting)));
        return Train(plan, search, serve ? Check : null, parsed.GetValue(Quiet));
    }

    private static int Answer(TunePlan plan)
    {
        using var search = Open(plan);
        new AskTell(search).Run(Console.In, Console.Out);
        return ExitCodes.Success;
    }

    private static SettingSearch Open(TunePlan plan)
    {
        TuneChecks.RequireFolder(plan);
        Directory.CreateDirectory(plan.Folder);
        return SettingSearch.Open(plan.Terms, plan.JournalFile);
    }

    // all runs that may go on
    private static List<PlannedRun> Begun(TunePlan plan, SettingSearch search) =>
    [
        .. from trial in search.Trials
           from seed in plan.Terms.SeedNumbers
           let run = plan.RunOf(trial, seed)
           where System.IO.File.Exists(Path.Combine(run.Folder, "manifest.json"))
           select run,
    ];

    // with a check, settings come from standard input, and standard output has nothing but the answers
    private static int Train(TunePlan plan, SettingSearch search, Action<Setting>? check, bool quiet)
    {
        using var signal = new ChildrenSignal();

        var terms = plan.Terms;
        var lines = check is null ? Console.Out : Console.Error;
        if (!quiet)
        {
            lines.WriteLine(check is not null
                ? $"{terms.Name}: {Amount.Of(terms.Seeds, "seed")} for each setting, {plan.Jobs} in parallel"
                : $"{terms.Name}: {Amount.Of(terms.Trials, "trial")} x {Amount.Of(terms.Seeds, "seed")}, "
                    + $"{terms.Sampler.ToString().ToLowerInvariant()}, {plan.Jobs} in parallel");
            if (search.Trials.Count > 0)
                lines.WriteLine($"continued: {Amount.Of(search.Trials.Count, "trial")} so far");
        }
        void Say(string line)
        {
            if (!quiet) lines.WriteLine(OneLine.Limit(line));
        }
        var launcher = ProcessRunLauncher.ForThisProgram();
        var work = check is null
            ? new TuneRunner(plan, search, launcher, Say).RunAsync(signal.Stop, signal.Abort)
            : new TuneService(plan, search, check, launcher, Say)
                .RunAsync(Console.In, Console.Out, signal.Stop, signal.Abort);
        work.GetAwaiter().GetResult();
        var result = TuneReport.Write(plan, search);
        if (signal.Stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("interrupted: the same command goes on from here.");
            return ExitCodes.Interrupted;
        }
        return check is null ? Conclude(plan, search, result, quiet) : Conclude(result);
    }

    private static int Conclude(ReportResult result)
    {
        foreach (string note in result.Notes) Console.Error.WriteLine("note: " + OneLine.Limit(note, taken: 6));
        if (result.Errors.Count == 0) return ExitCodes.Success;
        Terminal.Error(OneLine.Join(result.Errors));
        return ExitCodes.Failure;
    }

    private static int Conclude(TunePlan plan, SettingSearch search, ReportResult result, bool quiet)
    {
        Console.WriteLine(quiet ? result.Table : $"\n{result.Table}");
        foreach (string note in result.Notes) Console.Error.WriteLine("note: " + OneLine.Limit(note, taken: 6));
        if (search.IsExhausted)
            Console.WriteLine($"everything in the space was tried after {Amount.Of(search.Trials.Count, "trial")}");
        Console.WriteLine($"report: {plan.Folder}");
        if (result.Errors.Count > 0) Terminal.Error(OneLine.Join(result.Errors));
        if (search.Best is not { } best)
        {
            string reason = search.Trials.LastOrDefault(t => t.Reason is not null)?.Reason ?? "unknown";
            int count = search.Trials.Count;
            Terminal.Error(OneLine.Limit($"All {Amount.Of(count, "trial")} failed; the last one: {reason}"));
            return ExitCodes.Failure;
        }
        Console.WriteLine(FormattableString.Invariant(
            $"best: trial {best.Number}, mean return {best.Value:0.0}; train it with --preset ")
            + Path.Combine(plan.Folder, "best.json"));
        return result.Errors.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}

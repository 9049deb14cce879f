using System.CommandLine;
using MbMix.Cli.Progress;
using MbMix.Dashboard;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix train</c>: starts a new run, repeats a run with changes, or resumes a run that was stopped.
/// </summary>
internal static class TrainCommand
{
    private static readonly Argument<string?> EnvironmentName = new("environment")
    {
        Description = ModelPath.Describe("Environment to train on"),
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> Task = ModelPath.Task(), Simulator = ModelPath.Simulator();
    private static readonly Option<string?> Algorithm = new("--algo")
    {
        Description = "Algorithm, by id or name.",
        HelpName = "ALGORITHM",
    };
    private static readonly Option<string?> Model = new("--model")
    {
        Description = "Dynamics model, by id or name; 'none' for no model.",
        HelpName = "MODEL",
    };
    private static readonly Option<string?> Preset = new("--preset")
    {
        Description = "Preset to use instead of the one made for algorithm and environment: a name, or a file that "
            + "ends in .json; 'none' for the defaults.",
        HelpName = "NAME",
    };
    private static readonly Option<long?> Seed = Shared.Seed("Seed of the run (0).");
    private static readonly Option<int?> Threads = NumberOption.Create(
        "--threads", "N", "Number of worker threads; the results do not depend on it.", 1,
        ConfigurationResolver.MaximumThreads);
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Folder of the run (runs/ENVIRONMENT-ALGORITHM-sSEED).",
        HelpName = "DIR",
    };
    private static readonly Option<string?> From = new("--from")
    {
        Description = "Repeat the run in this folder, as a new run.",
        HelpName = "RUN",
    };
    private static readonly Option<string?> ResumeFrom = new("--resume")
    {
        Description = "Resume the run in this folder.",
        HelpName = "RUN",
    };
    private static readonly Option<bool> AcceptChanges = new("--accept-changed-plugins")
    {
        Description = "Resume although plugins, host or libraries have changed since the run was started.",
    };
    private static readonly Option<string[]> Set = Shared.Set("env, algo, model, run");
    private static readonly Option<long?> Budget = Shared.Budget();
    private static readonly Option<long?> StopAfter = NumberOption.Create(
        "--stop-after", "STEPS", "Stop after this many environment steps, with a checkpoint; --resume goes on.", 1,
        long.MaxValue, "environment steps");
    private static readonly Option<string[]> Plugins = Shared.Plugins(), Without = Shared.Without();
    private static readonly Option<bool> Dashboard = new("--dashboard")
    {
        Description = "Show the training on a page in the browser while it runs.",
    };
    private static readonly Option<int?> DashboardPort = Shared.Port("--dashboard-port");
    private static readonly Option<bool> Quiet = Shared.Quiet();

    public static Command Create()
    {
        var command = new Command("train", "Train a policy.")
        {
            EnvironmentName, Task, Simulator, Algorithm, Model, Preset, Set, Seed, Threads, Budget, StopAfter, Out,
            From, ResumeFrom, AcceptChanges, Plugins, Without, Dashboard, DashboardPort, Quiet,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (Finished(parsed) is { } code) return code;
        TorchLibrary.Require();
        bool quiet = parsed.GetValue(Quiet);
        using var stop = new StopSignal();
        var observer = ProgressView.Create(quiet);
        // before anything is written: the port may be taken
        using var replays = new PolicyReplays(PluginOptions(parsed));
        using var page = OpenPage(parsed, replays);
        using var run = Prepare(parsed, observer);
        run.StopAfter = parsed.GetValue(StopAfter);
        if (MultiplyAdd.DescribeCost() is { } cost) Terminal.Warning(cost);
        page?.Show(run.Folder.FullPath);
        if (page is not null) Console.WriteLine($"live page: {page.Address}");
        var result = observer.Watch(() => run.Execute(stop.Token));
        if (result is null)
        {
            bool asked = !stop.Token.IsCancellationRequested;
            Console.WriteLine(
                $"stopped after iteration {run.Session.Iteration}; "
                + $"continue with: mbmix train --resume {run.Folder.FullPath}");
            return asked ? ExitCodes.Success : ExitCodes.Interrupted;
        }
        string work = FormattableString.Invariant(
            $"{run.Session.EnvironmentSteps:N0} environment steps in {run.Session.TrainSeconds:F1} s of training");
        if (!quiet) Console.WriteLine($"trained {work}; run folder: {run.Folder.FullPath}");
        return Conclude(result.Mean, run.Failure);
    }

    private static DashboardServer? OpenPage(ParseResult parsed, PolicyReplays replays)
    {
        int? port = parsed.GetValue(DashboardPort);
        return parsed.GetValue(Dashboard) || port is not null
            ? DashboardServer.Start(port ?? 0, replays.MakeAsync)
            : null;
    }

    private static string[] PluginOptions(ParseResult parsed) =>
    [
        .. (parsed.GetValue(Plugins) ?? []).SelectMany(f => (string[])["--plugins", f]),
        .. (parsed.GetValue(Without) ?? []).SelectMany(p => (string[])["--without", p]),
    ];

    // a run that has finished is left as it is
    private static int? Finished(ParseResult parsed)
    {
        if (parsed.GetValue(ResumeFrom) is not { } path) return null;
        RefuseChanges(parsed);
        var folder = RunFolder.Open(path);
        if (RunResult.Read(folder) is not { } result) return null;
        string work = FormattableString.Invariant(
            $"{result.EnvironmentSteps:N0} environment steps in {result.TrainSeconds:F1} s of training");
        if (!parsed.GetValue(Quiet)) Console.WriteLine($"finished before: {work}; run folder: {folder.FullPath}");
        return Conclude(result.EvaluationReturn, result.Failure);
    }

    private static int Conclude(double evaluationReturn, string? failure)
    {
        if (failure is not null) Terminal.Error(failure);
        Report.PrintReturn(evaluationReturn);
        return failure is null ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void RefuseChanges(ParseResult parsed) => Refuse(
        parsed, "--resume continues a run as it is", EnvironmentName, Task, Simulator, Algorithm, Model, Preset, Set,
        Seed, Budget, Out, From);

    private static TrainingRun Prepare(ParseResult parsed, ITrainingObserver observer)
    {
        string[] commandLine = Environment.GetCommandLineArgs()[1..];
        string[] folders = Shared.Folders(parsed.GetValue(Plugins));
        var without = parsed.GetValue(Without);
        if (parsed.GetValue(ResumeFrom) is { } resumed)
        {
            var folder = RunFolder.Open(resumed);
            var resuming = Sessions(folders, without, folder.ReadPluginFolders());
            return TrainingRun.Resume(
                resuming, folder, observer, commandLine, parsed.GetValue(Threads), parsed.GetValue(AcceptChanges));
        }
        if (parsed.GetValue(AcceptChanges))
            throw new ConfigurationException("--accept-changed-plugins is for --resume: leave it out.");
        ResolvedConfiguration configuration;
        TrainingSessions sessions;
        if (parsed.GetValue(From) is { } source)
        {
            Refuse(
                parsed, "--from takes environment, algorithm, model and preset from the run", EnvironmentName,
                Task, Simulator, Algorithm, Model, Preset);
            var original = RunFolder.Open(source);
            var recorded = original.ReadPluginFolders();
            sessions = Sessions(folders, without, recorded);
            folders = [.. folders.Concat(recorded).Distinct()];
            configuration = sessions.Resolve(
                original.ReadConfig(), parsed.GetValue(Set) ?? [], parsed.GetValue(Seed), parsed.GetValue(Threads),
                parsed.GetValue(Budget));
            foreach (string change in RunChanges.Since(
                original, sessions.Catalog, env: null, configuration.Environment, configuration.Algorithm,
                configuration.Model))
                Terminal.Warning($"not a repetition of the same code: {change}");
        }
        else
        {
            sessions = Sessions(folders, without);
            string environment = parsed.GetValue(EnvironmentName)
                ?? throw new ConfigurationException(
                    "Which environment? mbmix train ENVIRONMENT --algo ALGORITHM; `mbmix list` shows both.");
            var choice = ModelPath.Find(
                sessions.Catalog, environment, parsed.GetValue(Task), parsed.GetValue(Simulator));
            configuration = sessions.Resolve(new TrainingRequest
            {
                Environment = choice.Environment,
                Algorithm = parsed.GetValue(Algorithm)
                    ?? throw new ConfigurationException(
                        "Which algorithm? Add --algo ALGORITHM; `mbmix list` shows them."),
                Model = parsed.GetValue(Model),
                Preset = parsed.GetValue(Preset),
                Settings = [.. choice.Settings, .. parsed.GetValue(Set) ?? []],
                Seed = parsed.GetValue(Seed) ?? 0,
                Threads = parsed.GetValue(Threads),
                Budget = parsed.GetValue(Budget),
            });
        }
        configuration = configuration with { PluginFolders = folders };
        return TrainingRun.Start(
            sessions, configuration, RunFolder.Create(parsed.GetValue(Out), configuration), observer, commandLine);
    }

    private static TrainingSessions Sessions(
        IEnumerable<string> folders, string[]? without, IEnumerable<string>? recorded = null)
    {
        var sessions = Shared.Sessions(folders, without, recorded);
        Shared.WarnAboutPlugins(sessions.Catalog);
        return sessions;
    }

    private static void Refuse(ParseResult parsed, string reason, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            var given = symbol switch
            {
                Option option => parsed.GetResult(option)?.Tokens,
                Argument argument => parsed.GetResult(argument)?.Tokens,
                _ => null,
            };
            if (given is { Count: > 0 }) throw new ConfigurationException($"{reason}: leave {symbol.Name} out.");
        }
    }
}

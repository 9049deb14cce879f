using System.CommandLine;
using MbMix.Hosting;
using MbMix.Pages;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix view</c>: writes a page that replays episodes in 3D.</summary>
internal static class ViewCommand
{
    private const string DefaultOutput = "replay.html";

    private static readonly Argument<string[]> Sources = new("run|policy|rollout|environment")
    {
        Description = "Folder of a run, a policy file, a file that rollout has written, an environment or a model "
            + "file; up to four.",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string?> Env = new("--env")
    {
        Description = ModelPath.Describe("Environment to act in, in place of the one of the policy or file"),
        HelpName = "ENVIRONMENT",
    };
    private static readonly Option<string?> Task = ModelPath.Task(), Simulator = ModelPath.Simulator();
    private static readonly Option<string?> Out = new("--out")
    {
        Description = $"HTML file to write ({DefaultOutput}).",
        HelpName = "FILE",
    };
    private static readonly Option<int?> Steps = NumberOption.Create(
        "--steps", "N", "Number of steps after which a replay ends (the whole episode).", 1, ReplayOptions.MostSteps);
    private static readonly Option<long?> Seed =
        Shared.Seed("Seed of the start state and of random actions (as in the run's evaluations; otherwise 0).");
    private static readonly Option<string[]> Set = Shared.Set("env");
    private static readonly Option<string[]> Plugins = Shared.Plugins(), Without = Shared.Without();

    public static Command Create()
    {
        var command = new Command("view", "Write a page that replays episodes in 3D in a browser.")
        {
            Sources, Env, Task, Simulator, Out, Steps, Seed, Set, Plugins, Without,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] given = parsed.GetRequiredValue(Sources);
        if (given.Length > ReplayPage.MostReplays)
        {
            throw new ConfigurationException(
                $"{given.Length} replays were asked for; at most {ReplayPage.MostReplays} are shown side by side.");
        }
        string wanted = parsed.GetValue(Out) ?? DefaultOutput, output = UserPath.NewFile(wanted, "the page");
        foreach (string source in given) RequireElsewhere(wanted, source);
        ReplayPage.RequireLibraries();
        var recorded = given.Where(Directory.Exists).SelectMany(f => RunFolder.Open(f).ReadPluginFolders());
        var sessions = Shared.Sessions(parsed.GetValue(Plugins), parsed.GetValue(Without), recorded.Distinct());
        Shared.WarnAboutPlugins(sessions.Catalog);
        TorchLibrary.RequireOneThread();
        using var workers = new WorkerPool(1);
        var sources = new ViewSources(sessions, workers)
        {
            Environment = parsed.GetValue(Env),
            Task = parsed.GetValue(Task),
            Simulator = parsed.GetValue(Simulator),
            Settings = parsed.GetValue(Set) ?? [],
            Steps = parsed.GetValue(Steps),
            Seed = parsed.GetValue(Seed),
        };
        var replays = Distinguish([.. given.Select(sources.Record)], given);
        sources.RequireUse();
        byte[] page = ReplayPage.Create(replays, "MbMix: " + string.Join(", ", replays.Select(r => r.Label))).ToBytes();
        SizeLimit.Guard(() => AtomicFile.Write(output, stream => stream.Write(page)));
        foreach (var replay in replays)
        {
            string where = replay.Label == replay.Environment ? "" : $" on {replay.Environment}";
            Console.WriteLine(FormattableString.Invariant(
                $"{OneLine.Value(replay.Label)}{where}, {replay.Actor}: return {replay.Return:F1}, {replay.End}"));
        }
        Console.WriteLine(FormattableString.Invariant(
            $"wrote {OneLine.Path(wanted)} ({page.Length / 1024:N0} KiB): open it in a browser"));
        return ExitCodes.Success;
    }

    // runs in different folders often have the same name; then the path says which is which
    private static List<Replay> Distinguish(Replay[] replays, string[] given) =>
    [
        .. replays.Select((replay, i) => replays.Count(r => r.Label == replay.Label) == 1
            ? replay
            : replay with { Label = OneLine.Path(Path.TrimEndingDirectorySeparator(given[i])) }),
    ];

    private static void RequireElsewhere(string output, string source)
    {
        if (Path.Exists(source) && UserPath.Real(source) == UserPath.Real(output))
        {
            throw new ConfigurationException(
                $"{OneLine.Path(output)} is what is shown: choose another path with --out.");
        }
        if (Directory.Exists(source) && RunFolderContent.IsOurs(source, output))
        {
            throw new ConfigurationException(
                $"{OneLine.Path(output)} is a file of the run itself: choose another path with --out.");
        }
    }
}

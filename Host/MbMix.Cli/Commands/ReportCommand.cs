using System.CommandLine;
using MbMix.Comparison;
using MbMix.Hosting;
using MbMix.Pages;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix report</c>: writes table, files, figures and page of stored runs again, without training anything.
/// </summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("runs")
        {
            Description = "Folder of a comparison, or folders of runs.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string?>("--out")
        {
            Description = "Folder of the report (that of the comparison, or runs/report).",
            HelpName = "DIR",
        };
        var replays = new Option<bool>("--replays")
        {
            Description = "Also show an episode of the median run of every algorithm in 3D.",
        };
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var quiet = Shared.Quiet();
        var command = new Command("report", "Write tables, figures and an HTML page of stored runs.")
        {
            runs, output, replays, plugins, without, quiet,
        };
        command.SetAction(parsed =>
        {
            var stored = StoredComparison.Read(parsed.GetRequiredValue(runs), parsed.GetValue(output));
            var result = parsed.GetValue(replays)
                ? WithReplays(stored, parsed.GetValue(plugins), parsed.GetValue(without))
                : stored.WriteReport();
            return Print(stored, result, parsed.GetValue(quiet));
        });
        return command;
    }

    // episodes are played, so plugins are needed: those that the runs have recorded, too
    private static ReportResult WithReplays(StoredComparison stored, string[]? plugins, string[]? without)
    {
        ReplayPage.RequireLibraries();
        var recorded = stored.Plan.Runs.Where(r => Directory.Exists(r.Folder)).SelectMany(RecordedPlugins).Distinct();
        var sessions = Shared.Sessions(plugins, without, recorded);
        Shared.WarnAboutPlugins(sessions.Catalog);
        TorchLibrary.RequireOneThread();
        using var workers = new WorkerPool(1);
        var sources = new ViewSources(sessions, workers);
        return stored.WriteReport(run =>
        {
            try
            {
                return sources.Record(run.Folder) with { Label = $"{run.Label} seed {run.Seed}" };
            }
            catch (MbMixException e)
            {
                // the report quotes it
                throw new MbMixException(CommandTerms.Of(e.Message), e);
            }
        });
    }

    private static IReadOnlyList<string> RecordedPlugins(PlannedRun run)
    {
        try
        {
            return RunFolder.Open(run.Folder).ReadPluginFolders();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            // the report says what is wrong with such a run
            return [];
        }
    }

    private static int Print(StoredComparison stored, ReportResult result, bool quiet)
    {
        if (!quiet && result.Table.Length > 0) Console.WriteLine(result.Table);
        Report.PrintNotes(result);
        Console.WriteLine($"report: {Path.GetFullPath(Path.Combine(stored.Plan.Folder, "report.html"))}");
        if (result.Errors.Count > 0) Terminal.Error(OneLine.Join(result.Errors));
        return result.Errors.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}

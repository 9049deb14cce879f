using System.CommandLine;
using MbMix.Comparison;

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
        var quiet = Shared.Quiet();
        var command = new Command("report", "Write tables, figures and an HTML page of stored runs.")
        {
            runs, output, quiet,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(runs), parsed.GetValue(output), parsed.GetValue(quiet)));
        return command;
    }

    private static int Run(string[] runs, string? output, bool quiet)
    {
        var stored = StoredComparison.Read(runs, output);
        var result = stored.WriteReport();
        if (!quiet && result.Table.Length > 0) Console.WriteLine(result.Table);
        Report.PrintNotes(result);
        Console.WriteLine($"report: {Path.GetFullPath(Path.Combine(stored.Plan.Folder, "report.html"))}");
        if (result.Errors.Count > 0) Terminal.Error(OneLine.Join(result.Errors));
        return result.Errors.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}

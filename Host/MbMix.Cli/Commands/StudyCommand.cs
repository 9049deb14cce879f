using System.CommandLine;
using System.Diagnostics;
using MbMix.Hosting;
using MbMix.Studies;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix study</c>: runs a single measurement, as opposed to a comparison of training runs.</summary>
internal static class StudyCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name")
        {
            Description = string.Join(" ", StudyCatalog.All.Select(s => $"{s.Name}: {s.Description}")),
        };
        var output = new Option<string?>("--out")
        {
            Description = "Folder for tables and figures (results/NAME).",
            HelpName = "DIR",
        };
        var set = Shared.Set("study, env, model");
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var command = new Command("study", "Run a single measurement and write its tables and figures.")
        {
            name, output, set, plugins, without,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(name), parsed.GetValue(output), parsed.GetValue(set) ?? [],
            parsed.GetValue(plugins) ?? [], parsed.GetValue(without)));
        return command;
    }

    private static int Run(string name, string? output, string[] settings, string[] folders, string[]? without)
    {
        var study = StudyCatalog.Find(name);
        var sessions = Shared.Sessions(folders, without);
        Shared.WarnAboutPlugins(sessions.Catalog);
        // before there is a folder without results
        TorchLibrary.Require();
        string folder = UserPath.Folder(output ?? Path.Combine("results", study.Name), "the results");
        long start = Stopwatch.GetTimestamp();
        study.Execute(sessions, settings, folder, Console.WriteLine);
        Console.WriteLine(FormattableString.Invariant(
            $"{study.Name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s; results: {Path.GetFullPath(folder)}"));
        return ExitCodes.Success;
    }
}

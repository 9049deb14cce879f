using System.CommandLine;
using MbMix.Dashboard;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix watch</c>: shows trainings of other processes on a page in the browser.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("runs")
        {
            Description = "Folders of runs or of comparisons; trainings in them may begin later.",
            Arity = ArgumentArity.OneOrMore,
        };
        var port = Shared.Port("--port");
        var command = new Command("watch", "Show trainings on a page in the browser while they run.") { runs, port };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(runs), parsed.GetValue(port)));
        return command;
    }

    private static int Run(string[] runs, int? port)
    {
        foreach (string path in runs)
        {
            if (!Directory.Exists(UserPath.Full(path, "the folder of the runs")))
                throw new ConfigurationException($"There is no folder {OneLine.Path(path)}.");
        }
        using var ended = new ManualResetEventSlim();
        using var signals = StopSignal.Register(context =>
        {
            context.Cancel = true;
            ended.Set();
        });
        using var replays = new PolicyReplays([]);
        using var server = DashboardServer.Start(port ?? 0, replays.MakeAsync);
        foreach (string path in runs) server.Show(path);
        Console.WriteLine($"live page: {server.Address}");
        Console.WriteLine("Ctrl-C ends it; trainings go on.");
        ended.Wait();
        return ExitCodes.Success;
    }
}

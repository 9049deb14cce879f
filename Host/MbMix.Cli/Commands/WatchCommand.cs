using System.CommandLine;
using MbMix.Comparison;
using MbMix.Dashboard;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix watch</c>: shows trainings of other processes, and a cluster, on a page in the browser.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("runs")
        {
            Description = "Folders of runs or of comparisons; trainings in them may begin later.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var cluster = new Option<string?>("--cluster")
        {
            Description = "Show the cluster whose coordinator is there.",
            HelpName = "HOST",
        };
        Option<string?> token = ClusterOptions.Token(), certificate = ClusterOptions.Trusted();
        var port = Shared.Port("--port");
        var command = new Command("watch", "Show trainings, or a cluster, on a page in the browser while they run.")
        {
            runs, port, cluster, token, certificate,
        };
        command.SetAction(parsed =>
        {
            string[] folders = parsed.GetValue(runs) ?? [];
            string? host = parsed.GetValue(cluster);
            if (folders.Length == 0 && host is null)
                throw new ConfigurationException(
                    "There is nothing to watch: name folders of runs, or a coordinator with --cluster HOST.");
            using var connection = ClusterOptions.Connect(host, parsed.GetValue(token), parsed.GetValue(certificate));
            return Run(folders, parsed.GetValue(port), connection);
        });
        return command;
    }

    private static int Run(string[] runs, int? port, IClusterConnection? cluster)
    {
        foreach (string path in runs)
        {
            if (!Directory.Exists(UserPath.Full(path, "the folder of the runs")))
                throw new ConfigurationException($"There is no folder {OneLine.Path(path)}.");
        }
        using var ended = new CancellationTokenSource();
        using var signals = StopSignal.Register(context =>
        {
            context.Cancel = true;
            ended.Cancel();
        });
        // whoever mistypes an address wants to know at once; later, the page waits
        cluster?.ObserveAsync(ended.Token).GetAwaiter().GetResult();
        using var replays = new PolicyReplays([]);
        using var server = DashboardServer.Start(port ?? 0, replays.MakeAsync);
        foreach (string path in runs) server.Show(path);
        if (cluster is not null) server.Follow(stop => ClusterNews.ReadAsync(cluster, stop));
        Console.WriteLine($"live page: {server.Address}");
        Console.WriteLine("Ctrl-C ends it; trainings go on.");
        ended.Token.WaitHandle.WaitOne();
        return ExitCodes.Success;
    }
}

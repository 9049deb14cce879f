using System.CommandLine;
using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix cluster</c>: runs a coordinator or a runner, and shows and changes what a cluster does.</summary>
internal static class ClusterCommand
{
    private const int MostCores = 4096, MostMemory = 1 << 20, MostSeconds = 3600;

    public static Command Create() => new("cluster", "Have the runs of comparisons done by several machines.")
    {
        Serve(), Join(), Status(), Cancel(), Retry(), Drain(), Logs(), Store(),
    };

    private static Command Serve()
    {
        var folder = new Option<string?>("--folder")
        {
            Description = "Folder for the queue, the results and the files of runs (cluster).",
            HelpName = "DIR",
        };
        var listen = new Option<string?>("--listen")
        {
            Description = "Address to listen on (127.0.0.1); others only with a token and TLS.",
            HelpName = "ADDRESS",
        };
        var port = NumberOption.Create(
            "--port", "N", FormattableString.Invariant($"Port ({ClusterServeOptions.DefaultPort}); 0 for a free one."),
            0, ushort.MaxValue);
        var redis = new Option<string?>("--redis")
        {
            Description = "Server of the Redis protocol to use instead of the built-in one.",
            HelpName = "HOST:PORT",
        };
        var lease = NumberOption.Create(
            "--lease", "SECONDS", "For how long a run waits for a silent runner before it goes on elsewhere (15).", 1,
            MostSeconds);
        var certificate = new Option<string?>("--certificate")
        {
            Description = "File with certificate and private key for TLS (PEM).",
            HelpName = "FILE",
        };
        var token = ClusterOptions.Token();
        var dashboard = new Option<bool>("--dashboard")
        {
            Description = "Show the coordinator's inside on a page, /dashboard; only without a token.",
        };
        var command = new Command("serve", "Run a coordinator: the queue, the results and the files of all runs.")
        {
            folder, listen, port, redis, lease, token, certificate, dashboard,
        };
        command.SetAction(parsed => Until((package, stop) => package.ServeAsync(
            new()
            {
                Folder = Place(parsed.GetValue(folder), "cluster"),
                Listen = parsed.GetValue(listen) ?? "127.0.0.1",
                Port = parsed.GetValue(port) ?? ClusterServeOptions.DefaultPort,
                Redis = Server(parsed.GetValue(redis)),
                TokenFile = ClusterOptions.Secret(parsed.GetValue(token)),
                Certificate = parsed.GetValue(certificate),
                Dashboard = parsed.GetValue(dashboard),
                Lease = TimeSpan.FromSeconds(parsed.GetValue(lease) ?? 15),
            },
            Console.WriteLine, stop)));
        return command;
    }

    private static Command Join()
    {
        var host = Host();
        var folder = new Option<string?>("--folder")
        {
            Description = "Folder for runs while they are at work (cluster-runner).",
            HelpName = "DIR",
        };
        var name = new Option<string?>("--name") { Description = "Name of the runner.", HelpName = "NAME" };
        var cores = NumberOption.Create("--cores", "N", "Number of cores to offer (all).", 1, MostCores);
        var memory = NumberOption.Create("--memory", "GIB", "Memory to offer [GiB] (all).", 1, MostMemory);
        var labels = new Option<string[]>("--labels")
        {
            Description = "Labels, which runs can ask for.",
            HelpName = "LABEL",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> token = ClusterOptions.Token(), certificate = ClusterOptions.Trusted();
        var command = new Command("join", "Run a runner: take runs from a coordinator and do them on this machine.")
        {
            host, folder, name, cores, memory, labels, token, certificate,
        };
        command.SetAction(parsed => Until((package, stop) => package.JoinAsync(
            new()
            {
                Address = ClusterOptions.Address(
                    parsed.GetValue(host)!, parsed.GetValue(token), parsed.GetValue(certificate)),
                Folder = Place(parsed.GetValue(folder), "cluster-runner"),
                Name = Named(parsed.GetValue(name), "--name"),
                Cores = parsed.GetValue(cores),
                Memory = parsed.GetValue(memory) * 1024,
                Labels = [.. (parsed.GetValue(labels) ?? []).Select(l => Named(l, "--labels")!)],
            },
            Console.WriteLine, stop)));
        return command;
    }

    private static Command Status() => Talk("status", "Show runners and sweeps.", null, async (cluster, _, stop) =>
    {
        foreach (string line in await cluster.DescribeAsync(stop).ConfigureAwait(false)) Console.WriteLine(line);
    });

    private static Command Cancel() => Talk(
        "cancel", "Cancel a run, or all runs of a sweep.", "Id or name of a run, or id of a sweep.",
        async (cluster, what, stop) =>
            Console.WriteLine(Count(
                "cancelled", await cluster.CancelAsync(what, stop).ConfigureAwait(false), "everything has ended")));

    private static Command Retry() => Talk(
        "retry", "Start failed and cancelled runs again.", "Id or name of a run, or id of a sweep.",
        async (cluster, what, stop) =>
            Console.WriteLine(Count(
                "queued again", await cluster.RetryAsync(what, stop).ConfigureAwait(false),
                "nothing has failed or was cancelled")));

    private static Command Drain() => Talk(
        "drain", "Have a runner save its runs, give them back and end.", "Name of the runner.",
        async (cluster, what, stop) =>
        {
            await cluster.DrainAsync(what, stop).ConfigureAwait(false);
            Console.WriteLine($"{what} gives back its runs and ends");
        });

    private static Command Logs() => Talk(
        "logs", "Show the output of a run.", "Id or name of a run.", async (cluster, what, stop) =>
        {
            var output = Console.OpenStandardOutput();
            await using (output.ConfigureAwait(false))
                await cluster.LogsAsync(what, output, stop).ConfigureAwait(false);
        });

    private static Command Store()
    {
        var folder = new Option<string?>("--folder") { Description = "Folder of the store (store).", HelpName = "DIR" };
        var port = NumberOption.Create("--port", "N", "Port on this machine (7431).", 1, ushort.MaxValue);
        var command = new Command("store", "Run the built-in store in a process of its own, for `serve --redis`.")
        {
            folder, port,
        };
        command.SetAction(parsed => Until((package, stop) => package.StoreAsync(
            Place(parsed.GetValue(folder), "store"), parsed.GetValue(port) ?? 7431, Console.WriteLine, stop)));
        return command;
    }

    private static string Count(string done, int count, string whyNone) => count == 0
        ? $"{done}: 0, because {whyNone}"
        : FormattableString.Invariant($"{done}: {count}");

    private static string Place(string? folder, string usual)
    {
        UserPath.Folder(folder ?? usual, "the cluster");
        return folder ?? usual;
    }

    private static string? Named(string? value, string option) => value is null || value.Trim().Length > 0
        ? value : throw new ConfigurationException($"{option} is empty: give it a value, or leave it out.");

    private static string? Server(string? value) =>
        value is null || (value.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(value[(colon + 1)..], out _))
            ? value
            : throw new ConfigurationException(
                $"--redis is '{OneLine.Value(value)}': HOST:PORT is expected, such as 127.0.0.1:6379.");

    private static Argument<string?> Host() => new("host")
    {
        Description = "The coordinator: HOST, HOST:PORT or https://HOST:PORT.",
    };

    private static Command Talk(
        string name, string description, string? about, Func<IClusterConnection, string, CancellationToken, Task> act)
    {
        Option<string?> token = ClusterOptions.Token(), certificate = ClusterOptions.Trusted();
        var host = Host();
        var command = new Command(name, description) { host, token, certificate };
        var what = new Argument<string?>("what") { Description = about };
        if (about is not null) command.Arguments.Add(what);
        command.SetAction(parsed =>
        {
            var address = ClusterOptions.Address(
                parsed.GetValue(host)!, parsed.GetValue(token), parsed.GetValue(certificate));
            return Until(async (package, stop) =>
            {
                using var cluster = package.Connect(address);
                await act(cluster, about is null ? "" : parsed.GetValue(what)!, stop);
            });
        });
        return command;
    }

    // the first signal ends it in order, the second one at once
    private static int Until(Func<IClusterPackage, CancellationToken, Task> act)
    {
        using var stop = new CancellationTokenSource();
        using var signals = StopSignal.Register(context =>
        {
            context.Cancel = !stop.IsCancellationRequested;
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // it has just ended
            }
        });
        try
        {
            act(ClusterFolder.Load(), stop.Token).GetAwaiter().GetResult();
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }
}

using System.CommandLine;

namespace MbMix.Benchmarks.Embedding;

/// <summary>
/// <c>embedding</c>: a web service that trains (<c>samples/aspnet</c>) under requests for actions. It prints latencies,
/// what the requests cost the training, memory over time, and how soon training and service end when they are told to.
/// </summary>
internal static class EmbeddingCommand
{
    private static readonly Option<FileInfo> Service = new("--service")
    {
        Description = "The built web service.",
        DefaultValueFactory = _ => new("samples/aspnet/bin/Release/net10.0/Samples.AspNet"),
    };
    private static readonly Option<string> Environment = new("--env")
    {
        Description = "Environment to train on.",
        DefaultValueFactory = _ => "diffrl/ant-v1",
    };
    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "Minutes under load. A tenth of it without load comes before and after, then short pairs.",
        DefaultValueFactory = _ => 10,
    };
    private static readonly Option<int> Rate = new("--rate")
    {
        Description = "Requests per second.",
        DefaultValueFactory = _ => 200,
    };
    private static readonly Option<DirectoryInfo> Out = new("--out")
    {
        Description = "Folder of the results.",
        DefaultValueFactory = _ => new("results/embedding"),
    };

    // one long load; then short ones in pairs, since the machine's own speed changes over minutes
    private static readonly (string Phase, double Share)[] Phases =
    [
        ("idle", 0.1), (LoadTable.Load, 1), ("idle", 0.1),
        .. Enumerable.Repeat(new[] { (LoadTable.PairIdle, 0.025), (LoadTable.PairLoad, 0.025) }, 8).SelectMany(p => p),
    ];

    public static Command Create()
    {
        var command = new Command("embedding", "Requests actions from a web service while it trains with SHAC.")
        {
            Service, Environment, Minutes, Rate, Out,
        };
        command.SetAction((parsed, stop) => Run(
            parsed.GetValue(Service)!, parsed.GetValue(Environment)!, TimeSpan.FromMinutes(parsed.GetValue(Minutes)),
            parsed.GetValue(Rate), parsed.GetValue(Out)!, stop));
        return command;
    }

    private static async Task<int> Run(
        FileInfo program, string environment, TimeSpan duration, int rate, DirectoryInfo target, CancellationToken stop)
    {
        var runs = Directory.CreateTempSubdirectory("mbmix-embedding");
        try
        {
            using var service = await TrainingService.Start(program, runs.FullName, stop);
            string training = await service.Train(environment, stop);
            var table = new LoadTable(target);
            var load = new ActionLoad(service, training, await service.ObservationSize(training, stop), rate);
            foreach (var (phase, share) in Phases)
                await Measure(service, training, phase, share * duration, load, table, stop);

            var before = await service.Status(training, stop);
            table.Summary("iteration_ms", 1000 * before.TrainSeconds / before.Iteration);
            table.Summary("cancel_ms", (await service.Cancel(training, stop)).TotalMilliseconds);
            await service.Train(environment, stop);
            var (code, ending) = await service.Terminate(stop);
            table.Summary("sigterm_exit_code", code);
            table.Summary("sigterm_seconds", ending.TotalSeconds);
            table.Write();
            return 0;
        }
        finally
        {
            runs.Delete(recursive: true);
        }
    }

    private static async Task Measure(
        TrainingService service, string training, string phase, TimeSpan length, ActionLoad load, LoadTable table,
        CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var requests = phase is LoadTable.Load or LoadTable.PairLoad ? load.Run(ended.Token) : Task.CompletedTask;
        int parts = Math.Max(1, (int)Math.Round(length / LoadTable.Interval));
        for (int i = 0; i < parts; i++)
        {
            var from = await service.Status(training, stop);
            await Task.Delay(length / parts, stop);
            var to = await service.Status(training, stop);
            table.Add(phase, load.Take(), from, to, await service.Memory(stop));
        }
        await ended.CancelAsync();
        await requests;
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MbMix.Cluster;
using MbMix.Comparison;

namespace MbMix.Benchmarks.Cluster;

/// <summary><c>cluster-rate</c>: how many empty runs per second a coordinator hands out, and its memory.</summary>
internal static class RateCommand
{
    private static readonly Option<string> Program = new("--mbmix") { Required = true, Description = "The command." };
    private static readonly Option<string> Folder = new("--folder") { Required = true, Description = "Where to work." };
    private static readonly Option<string?> Out = new("--out") { Description = "File for the results (CSV)." };
    private static readonly Option<int> Runs = new("--runs") { DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> Runners = new("--runners") { DefaultValueFactory = _ => 100 };
    private static readonly Option<bool> Beats = new("--beats") { Description = "Tell steps before the end of each." };

    public static Command Create()
    {
        var command = new Command("cluster-rate", "Empty runs over simulated runners.")
        {
            Program, Folder, Out, Runs, Runners, Beats,
        };
        command.SetAction(parsed => RunAsync(parsed).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string folder = Path.GetFullPath(parsed.GetRequiredValue(Folder));
        Directory.CreateDirectory(folder);
        string port = $"{EmbeddedStore.FreePort()}";
        using var serve = new Child(
            [
                Path.GetFullPath(parsed.GetRequiredValue(Program)),
                "cluster", "serve", "--folder", "serve", "--port", port,
            ],
            folder, Path.Combine(folder, "serve.log"));
        var watch = Stopwatch.StartNew();
        serve.Start();
        var address = new ClusterAddress(new Uri("http://127.0.0.1:" + port));
        using var client = new ClusterClient(address, TimeSpan.FromSeconds(60));
        var stop = CancellationToken.None;
        var code = (await client.GetAsync<ClusterState>("status", stop)).Code;
        RunTicket Ticket(int i) => new()
        {
            Run = string.Create(CultureInfo.InvariantCulture, $"rate-{i:00000}"),
            Sweep = "rate",
            Name = string.Create(CultureInfo.InvariantCulture, $"empty/run/seed{i}"),
            Arguments = ["train", "diffrl/cartpole-swingup-v1", "--algo", "shac", "--seed", $"{i}", "--threads", "1"],
            Code = code,
            Budget = 1_000_000,
        };
        await client.PostAsync<int>("submit", new[] { Ticket(0) }, stop);
        double first = 0;
        var report = new RunnerReport("first", "first", code, 1, 1, 4096, 4096, [], "0");
        var lease = await client.PostAsync<LeaseAnswer>("lease", report, stop);
        if (lease.Run is not null) first = watch.Elapsed.TotalSeconds;

        int runs = parsed.GetValue(Runs), runners = parsed.GetValue(Runners), done = 0;
        watch.Restart();
        foreach (int[] group in Enumerable.Range(1, runs).Chunk(500))
            await client.PostAsync<int>("submit", group.Select(Ticket).ToArray(), stop);
        double submitted = watch.Elapsed.TotalSeconds;
        watch.Restart();
        double most = 0;
        bool beats = parsed.GetValue(Beats);
        var ends = Enumerable.Range(0, runners).Select(i => Task.Run(async () =>
        {
            for (int request = 0; ; request++)
            {
                var asked = new RunnerReport($"sim{i}", $"sim{i}", code, 1, 1, 4096, 4096, [], $"{request}");
                var answer = await client.PostAsync<LeaseAnswer>("lease", asked, stop);
                if (answer.Run is not { } run) return;
                var held = new HeldLease(run.Ticket.Run, run.Fence);
                if (beats)
                {
                    var steps = new RunSteps(held, 500_000, 12.5);
                    var beat = new Heartbeat($"sim{i}", $"sim{i}", [held], [steps]);
                    await client.PostAsync<HeartbeatAnswer>("heartbeat", beat, stop);
                }
                await client.PostAsync<bool>(
                    "progress", new RunProgress { Lease = held, Kind = ProgressKind.Finished, Files = [] }, stop);
                Interlocked.Increment(ref done);
            }
        })).ToList();
        var all = Task.WhenAll(ends);
        while (!all.IsCompleted)
        {
            most = Math.Max(most, serve.Memory);
            await Task.WhenAny(all, Task.Delay(200));
        }
        await all;
        double seconds = watch.Elapsed.TotalSeconds;
        var state = await client.GetAsync<ClusterState>("status", stop);
        string header = "runs,runners,finished,submit_seconds,seconds,runs_per_second,most_memory_mb,"
            + "seconds_to_first_lease";
        string row = string.Create(
            CultureInfo.InvariantCulture,
            $"{runs},{runners},{state.Sweeps[0].Finished},{submitted:0.0},{seconds:0.0},{done / seconds:0},{most:0},")
            + string.Create(CultureInfo.InvariantCulture, $"{first:0.0}");
        Console.WriteLine($"{header}\n{row}");
        if (parsed.GetValue(Out) is { } path) await File.WriteAllTextAsync(path, $"{header}\n{row}\n");
        return 0;
    }
}

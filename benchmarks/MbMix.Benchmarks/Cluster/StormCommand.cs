using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MbMix.Cluster;
using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Benchmarks.Cluster;

/// <summary>
/// <c>cluster-storm</c>: a comparison on a cluster whose processes are killed again and again must end with the bits of
/// the same comparison on one machine.
/// </summary>
internal static class StormCommand
{
    private static readonly Option<string> Program = new("--mbmix") { Required = true, Description = "The command." };
    private static readonly Option<string> Folder = new("--folder") { Required = true, Description = "Where to work." };
    private static readonly Option<string?> Out = new("--out") { Description = "File for the results (CSV)." };
    private static readonly Option<int> Seeds = Number("--seeds", 20, "Seeds of each of the three algorithms.");
    private static readonly Option<int> Runners = Number("--runners", 4, "Runners of one core each.");
    private static readonly Option<int> Steps = Number("--budget", 20_480, "Steps of each run.");
    private static readonly Option<int> Every = Number("--every", 15, "Seconds between two kills of a runner.");
    private static readonly Option<int> Coordinators = Number("--coordinator-kills", 2, "Kills of the coordinator.");
    private static readonly Option<int> Stores = Number("--store-kills", 1, "Kills of the store.");

    public static Command Create()
    {
        var command = new Command("cluster-storm", "Kills of runners, coordinator and store during a comparison.")
        {
            Program, Folder, Out, Seeds, Runners, Steps, Every, Coordinators, Stores,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string program = Path.GetFullPath(parsed.GetRequiredValue(Program));
        string folder = Path.GetFullPath(parsed.GetRequiredValue(Folder));
        Directory.CreateDirectory(folder);
        int seeds = parsed.GetValue(Seeds);
        string[] compare =
        [
            "compare", "--env", "diffrl/cartpole-swingup-v1", "--algo", "mbmix", "shac", "ppo",
            "--seeds", $"{seeds}", "--budget", $"{parsed.GetValue(Steps)}", "--set", "run.checkpointEvery=1",
        ];
        var watch = Stopwatch.StartNew();
        using (var local = new Child(
            program, [.. compare, "--jobs", "1", "--out", "local"], folder, Path.Combine(folder, "local.log")))
        {
            local.Start();
            while (!local.HasExited) Thread.Sleep(200);
        }
        double localSeconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine($"on one machine, in sequence: {localSeconds:0} s");
        watch.Restart();
        var kills = Storm(parsed, program, folder, compare, out int repeated);
        double seconds = watch.Elapsed.TotalSeconds;

        string place = Path.Combine(folder, "local", "runs");
        string[] runs = Directory.GetDirectories(place, "seed*", SearchOption.AllDirectories);
        int ended = 0, same = 0;
        foreach (string run in runs)
        {
            string other = Path.Combine(folder, "cluster", Path.GetRelativePath(Path.Combine(folder, "local"), run));
            if (!File.Exists(Path.Combine(other, "result.json"))) continue;
            ended++;
            string? difference = SameRuns.Difference(run, other);
            if (difference is null) same++;
            else Console.WriteLine($"{other}: {difference} differs");
        }
        int lines = File.ReadAllLines(Path.Combine(folder, "cluster", "summary.csv")).Length - 1;
        string header = "runs,ended,equal,summary_lines,runner_kills,coordinator_kills,store_kills,leases,seconds,"
            + "local_seconds";
        string row = string.Create(
            CultureInfo.InvariantCulture,
            $"{3 * seeds},{ended},{same},{lines},{kills.Runner},{kills.Coordinator},{kills.Store},{repeated},")
            + string.Create(CultureInfo.InvariantCulture, $"{seconds:0},{localSeconds:0}");
        Console.WriteLine($"{header}\n{row}");
        if (parsed.GetValue(Out) is { } path) File.WriteAllText(path, $"{header}\n{row}\n");
        return ended == runs.Length && same == ended && lines == 3 * seeds ? 0 : 1;
    }

    private static (int Runner, int Coordinator, int Store) Storm(
        ParseResult parsed, string program, string folder, string[] compare, out int leases)
    {
        Child Make(string name, params string[] arguments) =>
            new(program, arguments, folder, Path.Combine(folder, name + ".log"));
        string port = $"{EmbeddedStore.FreePort()}", storePort = $"{EmbeddedStore.FreePort()}";
        using var store = Make("store", "cluster", "store", "--folder", "store", "--port", storePort);
        using var serve = Make(
            "serve", "cluster", "serve", "--folder", "serve", "--port", port, "--redis", "127.0.0.1:" + storePort,
            "--lease", "6");
        Child[] runners =
        [
            .. Enumerable.Range(0, parsed.GetValue(Runners)).Select(i => Make(
                $"join{i}", "cluster", "join", "127.0.0.1:" + port, "--folder", $"join{i}", "--cores", "1")),
        ];
        store.Start();
        Thread.Sleep(2000);
        serve.Start();
        foreach (var runner in runners) runner.Start();
        using var sweep = Make("cluster", [.. compare, "--out", "cluster", "--cluster", "127.0.0.1:" + port]);
        sweep.Start();

        var random = new Random(1);
        var clock = Stopwatch.StartNew();
        var pause = TimeSpan.FromSeconds(parsed.GetValue(Every));
        var next = pause;
        (int Runner, int Coordinator, int Store) kills = default;
        int coordinators = parsed.GetValue(Coordinators), stores = parsed.GetValue(Stores);
        while (!sweep.HasExited)
        {
            Thread.Sleep(200);
            // a runner that finds no coordinator when it starts ends in one line
            foreach (var runner in runners.Where(r => r.HasExited)) runner.Start();
            if (clock.Elapsed < next) continue;
            next += pause;
            runners[random.Next(runners.Length)].Kill();
            kills.Runner++;
            if (kills.Coordinator < coordinators && kills.Runner % 2 == 0)
            {
                serve.Kill();
                Thread.Sleep(1000);
                serve.Start();
                kills.Coordinator++;
            }
            else if (kills.Store < stores && kills.Runner % 3 == 0)
            {
                store.Kill();
                Thread.Sleep(3000);
                store.Start();
                kills.Store++;
            }
        }
        using var client = new ClusterClient(
            new ClusterAddress(new Uri("http://127.0.0.1:" + port)), TimeSpan.FromSeconds(30));
        var state = client.GetAsync<ClusterState>("status", CancellationToken.None).GetAwaiter().GetResult();
        leases = 0;
        foreach (var one in state.Sweeps)
        {
            var runs = client.GetAsync<RunEntry[]>("runs?id=" + one.Sweep, CancellationToken.None);
            leases += (int)runs.GetAwaiter().GetResult().Sum(e => e.Fence);
        }
        foreach (var runner in runners) runner.Dispose();
        return kills;
    }

    private static Option<int> Number(string name, int value, string description) =>
        new(name) { DefaultValueFactory = _ => value, Description = description };
}

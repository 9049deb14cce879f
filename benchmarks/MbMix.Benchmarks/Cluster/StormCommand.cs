using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MbMix.Cluster;
using MbMix.Tests.Support;

namespace MbMix.Benchmarks.Cluster;

/// <summary>
/// <c>cluster-storm</c>: a comparison on a cluster whose processes are killed again and again must end with the bits of
/// the same comparison on one machine. Without kills (<c>--every 0</c>) it measures what a cluster costs.
/// </summary>
internal static partial class StormCommand
{
    private const string Header =
        "storm,machines,runs,ended,equal,told_twice,summary_lines,runner_kills,coordinator_kills,store_kills,leases,"
        + "seconds_to_first_run,seconds,local_seconds,local_jobs";

    private static readonly Option<string> Program = new("--mbmix") { Required = true, Description = "The command." };
    private static readonly Option<string> Folder = new("--folder") { Required = true, Description = "Where to work." };
    private static readonly Option<string?> Out = new("--out") { Description = "File for the results (CSV)." };
    private static readonly Option<int> Seeds = Number("--seeds", 20, "Seeds of each of the three algorithms.");
    private static readonly Option<int> Runners = Number("--runners", 4, "Runners of one core each.");
    private static readonly Option<int> Steps = Number("--budget", 20_480, "Steps of each run.");
    private static readonly Option<int> Every = Number("--every", 15, "Seconds between kills of a runner; 0: none.");
    private static readonly Option<int> Coordinators = Number("--coordinator-kills", 2, "Kills of the coordinator.");
    private static readonly Option<int> Stores = Number("--store-kills", 1, "Kills of the store.");
    private static readonly Option<int> Storms = Number("--storms", 1, "Number of storms, each with other kills.");
    private static readonly Option<int> First = Number("--first-storm", 1, "Seed of the kills of the first storm.");
    private static readonly Option<int> Jobs = Number("--jobs", 1, "Runs in parallel without the cluster.");
    private static readonly Option<int> Pinned = Number(
        "--pin", 0, "Keep runners, and the comparison without them, on so many cores, and all else on the others.");
    private static readonly Option<bool> Apart = new("--namespaces")
    {
        Description = "Put coordinator and runners into network namespaces, with token and TLS (needs root).",
    };

    public static Command Create()
    {
        var command = new Command("cluster-storm", "Kills of runners, coordinator and store during a comparison.")
        {
            Program, Folder, Out, Seeds, Runners, Steps, Every, Coordinators, Stores, Storms, First, Jobs, Pinned,
            Apart,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        try
        {
            return Compare(parsed);
        }
        catch (MbMixException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    private static int Compare(ParseResult parsed)
    {
        string program = Path.GetFullPath(parsed.GetRequiredValue(Program));
        string folder = Path.GetFullPath(parsed.GetRequiredValue(Folder));
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new MbMixException($"{folder} is not empty: choose another folder.");
        Directory.CreateDirectory(folder);
        string[] compare =
        [
            "compare", "--env", "diffrl/cartpole-swingup-v1", "--algo", "mbmix", "shac", "ppo",
            "--seeds", $"{parsed.GetValue(Seeds)}", "--budget", $"{parsed.GetValue(Steps)}",
            "--set", "run.checkpointEvery=1",
        ];
        int jobs = parsed.GetValue(Jobs), pinned = parsed.GetValue(Pinned);
        if (pinned >= Environment.ProcessorCount)
            throw new MbMixException(FormattableString.Invariant(
                $"--pin is {pinned}, and there are {Environment.ProcessorCount} cores: one is needed for the others."));
        var watch = Stopwatch.StartNew();
        string[] here = [.. OnCores(pinned, runner: true), program, .. compare, "--jobs", $"{jobs}", "--out", "local"];
        using (var local = new Child(here, folder, Path.Combine(folder, "local.log")))
        {
            local.Start();
            while (!local.HasExited) Thread.Sleep(100);
        }
        double seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"on one machine, {jobs} at a time: {seconds:0} s"));
        Console.WriteLine(Header);
        string text = Header + "\n";
        bool good = true;
        for (int i = 0; i < parsed.GetValue(Storms); i++)
        {
            var storm = new Storm(parsed, program, folder, compare, parsed.GetValue(First) + i);
            storm.Run();
            string end = string.Create(CultureInfo.InvariantCulture, $",{seconds:0.0},{jobs}");
            Console.WriteLine(storm.Row + end);
            text += storm.Row + end + "\n";
            // what is known is kept if a later storm is interrupted
            if (parsed.GetValue(Out) is { } path) File.WriteAllText(path, text);
            good &= storm.Good;
        }
        return good ? 0 : 1;
    }

    // as if coordinator and runners were different machines
    private static string[] OnCores(int pinned, bool runner)
    {
        if (pinned == 0) return [];
        int first = runner ? 0 : pinned, last = runner ? pinned - 1 : Environment.ProcessorCount - 1;
        return ["taskset", "--cpu-list", FormattableString.Invariant($"{first}-{last}")];
    }

    private static Option<int> Number(string name, int value, string description) =>
        new(name) { DefaultValueFactory = _ => value, Description = description };

    [GeneratedRegex(@"^(\S+): finished", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Finished();

    [GeneratedRegex(@" \(lease \d+\)", RegexOptions.CultureInvariant)]
    private static partial Regex Leased();

    /// <summary>One comparison on a cluster, with kills.</summary>
    private sealed class Storm(ParseResult parsed, string program, string parent, string[] compare, int seed)
    {
        private readonly string folder =
            Directory.CreateDirectory(Path.Combine(parent, FormattableString.Invariant($"storm{seed}"))).FullName;

        private readonly int number = parsed.GetValue(Runners);
        private Namespaces? machines;
        private int runnerKills, coordinatorKills, storeKills;
        private double first, seconds;

        /// <summary>What came out, but for the comparison on one machine.</summary>
        public string Row { get; private set; } = "";

        /// <summary>Whether all runs have ended, with the same bits and no more than once.</summary>
        public bool Good { get; private set; }

        public void Run()
        {
            using (machines = parsed.GetValue(Apart) ? new Namespaces(number + 1) : null)
            {
                Blow();
            }
            Judge();
        }

        private Child On(int machine, string log, params string[] arguments)
        {
            string[] cores = OnCores(parsed.GetValue(Pinned), runner: machine > 0);
            string[] line = machines?.On(machine, program, arguments) ?? [.. cores, program, .. arguments];
            return new Child(line, folder, Path.Combine(folder, log + ".log"));
        }

        private void Blow()
        {
            string host = machines is null ? "127.0.0.1" : Namespaces.Address(0);
            string port = $"{EmbeddedStore.FreePort()}", storePort = $"{EmbeddedStore.FreePort()}";
            var secrets = machines is null ? null : new Secrets(folder, host);
            string address = $"{(secrets is null ? "http" : "https")}://{host}:{port}";
            string[] ask = secrets?.Ask ?? [];
            using var store = On(0, "store", "cluster", "store", "--folder", "store", "--port", storePort);
            string[] listen = ["--listen", host, "--port", port, "--redis", "127.0.0.1:" + storePort, "--lease", "6"];
            using var serve = On(
                0, "serve", ["cluster", "serve", "--folder", "serve", .. listen, .. secrets?.Serve ?? []]);
            Child[] runners =
            [
                .. Enumerable.Range(0, number).Select(i => On(
                    i + 1, $"join{i}",
                    [
                        "cluster", "join", address, "--folder", $"join{i}", "--name", $"join{i}", "--cores", "1",
                        .. ask,
                    ])),
            ];
            using var sweep = On(0, "cluster", [.. compare, "--out", "cluster", "--cluster", address, .. ask]);
            try
            {
                store.Start();
                Thread.Sleep(2000);
                var watch = Stopwatch.StartNew();
                serve.Start();
                foreach (var runner in runners) runner.Start();
                sweep.Start();
                while (!sweep.HasExited && !HasRun()) Thread.Sleep(20);
                first = watch.Elapsed.TotalSeconds;
                Kill(runners, serve, store, sweep);
                seconds = watch.Elapsed.TotalSeconds;
            }
            finally
            {
                foreach (var runner in runners) runner.Dispose();
            }
        }

        // a runner notes the process of each run
        private bool HasRun()
        {
            for (int i = 0; i < number; i++)
            {
                string notes = Path.Combine(folder, FormattableString.Invariant($"join{i}"), "processes");
                if (Directory.Exists(notes) && Directory.EnumerateFiles(notes).Any()) return true;
            }
            return false;
        }

        private void Kill(Child[] runners, Child serve, Child store, Child sweep)
        {
            var random = new Random(seed);
            var clock = Stopwatch.StartNew();
            var pause = TimeSpan.FromSeconds(parsed.GetValue(Every));
            // the coordinator and the store are killed with other runners in each storm
            int shift = random.Next(3);
            var next = pause * (0.5 + random.NextDouble());
            int coordinators = parsed.GetValue(Coordinators), stores = parsed.GetValue(Stores);
            while (!sweep.HasExited)
            {
                Thread.Sleep(100);
                // a runner that finds no coordinator when it starts ends in one line
                foreach (var runner in runners.Where(r => r.HasExited)) runner.Start();
                if (pause == TimeSpan.Zero || clock.Elapsed < next) continue;
                next += pause;
                runners[random.Next(runners.Length)].Kill();
                runnerKills++;
                int turn = (runnerKills + shift) % 3;
                if (turn == 1 && coordinatorKills < coordinators)
                {
                    serve.Kill();
                    Thread.Sleep(1000);
                    serve.Start();
                    coordinatorKills++;
                }
                else if (turn == 2 && storeKills < stores)
                {
                    store.Kill();
                    Thread.Sleep(3000);
                    store.Start();
                    storeKills++;
                }
            }
        }

        private void Judge()
        {
            string local = Path.Combine(parent, "local");
            string[] runs = Directory.GetDirectories(
                Path.Combine(local, "runs"), "seed*", SearchOption.AllDirectories);
            int ended = 0, same = 0;
            foreach (string run in runs)
            {
                string other = Path.Combine(folder, "cluster", Path.GetRelativePath(local, run));
                if (!File.Exists(Path.Combine(other, "result.json"))) continue;
                ended++;
                string? difference = SameRuns.Difference(run, other);
                if (difference is null) same++;
                else Console.WriteLine($"{other}: {difference} differs");
            }
            string summary = Path.Combine(folder, "cluster", "summary.csv");
            int lines = File.Exists(summary) ? File.ReadAllLines(summary).Length - 1 : 0;
            // what the runners say about leases and results that the coordinator has taken
            string said = string.Concat(Enumerable.Range(0, number).Select(
                i => File.ReadAllText(Path.Combine(folder, FormattableString.Invariant($"join{i}.log")))));
            int leases = Leased().Count(said);
            int twice = Finished().Matches(said).CountBy(m => m.Groups[1].Value).Count(c => c.Value > 1);
            int expected = 3 * parsed.GetValue(Seeds);
            Good = runs.Length == expected && ended == expected && same == expected && lines == expected && twice == 0;
            string where = parsed.GetValue(Apart) ? "namespaces" : parsed.GetValue(Pinned) > 0 ? "cores" : "processes";
            Row = string.Create(
                CultureInfo.InvariantCulture,
                $"{seed},{where},{expected},{ended},{same},{twice},{lines},{runnerKills},{coordinatorKills},")
                + string.Create(CultureInfo.InvariantCulture, $"{storeKills},{leases},{first:0.0},{seconds:0.0}");
        }
    }
}

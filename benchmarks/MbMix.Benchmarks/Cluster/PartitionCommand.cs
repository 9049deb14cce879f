using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MbMix.Tests.Support;

namespace MbMix.Benchmarks.Cluster;

/// <summary>
/// <c>cluster-partition</c>: a runner that is cut off while it has a run, and comes back later, changes nothing: its
/// run goes on elsewhere, what it says about it afterwards is refused, and the process of the run is ended. Nor does
/// a runner whose clock is wrong. Coordinator and runners are network namespaces: it needs Linux, root, <c>ip</c>.
/// </summary>
internal static class PartitionCommand
{
    private const string Port = "7430", Header =
        "case,seconds_cut,lease_seconds,moved,child_when_back,refused,child_ended,seconds_until_refused,told_finished,"
        + "runs,equal,seconds";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly Option<string> Program = new("--mbmix") { Required = true, Description = "The command." };
    private static readonly Option<string> Folder = new("--folder") { Required = true, Description = "Where to work." };
    private static readonly Option<string?> Out = new("--out") { Description = "File for the results (CSV)." };
    private static readonly Option<string?> Clock = new("--faketime")
    {
        Description = "The library libfaketime.so.1, for a runner whose clock is an hour slow.",
    };
    private static readonly Option<int> Cut = Number("--seconds", 60, "For how long a runner is cut off; 0: never.");
    private static readonly Option<int> Lease = Number("--lease", 15, "Seconds of a lease.");
    private static readonly Option<int> Long = Number("--budget", 8_000_000, "Steps of the run that takes longer.");
    private static readonly Option<int> Short = Number("--short", 400_000, "Steps of the run that ends meanwhile.");

    public static Command Create()
    {
        var command = new Command("cluster-partition", "A runner without a network, and one with a wrong clock.")
        {
            Program, Folder, Out, Clock, Cut, Lease, Long, Short,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        try
        {
            int cut = parsed.GetValue(Cut);
            List<Outcome> outcomes = [];
            if (cut > 0)
            {
                outcomes.Add(Try(parsed, "at work when back", parsed.GetValue(Long), cut, null));
                outcomes.Add(Try(parsed, "ended while cut off", parsed.GetValue(Short), cut, null));
            }
            if (parsed.GetValue(Clock) is { } library)
                outcomes.Add(Try(parsed, "clock an hour slow", parsed.GetValue(Short), 0, Path.GetFullPath(library)));
            string text = string.Concat(outcomes.Select(o => o.Row + "\n").Prepend(Header + "\n"));
            Console.Write(text);
            if (parsed.GetValue(Out) is { } path) File.WriteAllText(path, text);
            return outcomes.TrueForAll(o => o.Good) ? 0 : 1;
        }
        catch (MbMixException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    private static Outcome Try(ParseResult parsed, string title, int budget, int cut, string? clock)
    {
        string program = Path.GetFullPath(parsed.GetRequiredValue(Program));
        string folder = Path.Combine(Path.GetFullPath(parsed.GetRequiredValue(Folder)), title.Replace(' ', '-'));
        if (Directory.Exists(folder)) throw new MbMixException($"{folder} exists: choose another folder.");
        using var machines = new Namespaces(3);
        Directory.CreateDirectory(folder);
        string FileOf(string name) => Path.Combine(folder, name);
        string[] compare =
        [
            "compare", "--env", "diffrl/cartpole-swingup-v1", "--algo", "shac", "--seeds", "1",
            "--budget", $"{budget}", "--set", "run.checkpointEvery=20",
        ];
        using (var local = new Child([program, .. compare, "--out", "local"], folder, FileOf("local.log")))
        {
            local.Start();
            Wait("the run on this machine", () => local.HasExited);
        }

        var watch = Stopwatch.StartNew();
        string address = Namespaces.Address(0), lease = $"{parsed.GetValue(Lease)}";
        var secrets = new Secrets(folder, address);
        Child On(int machine, string log, params string[] arguments)
        {
            string[] line = [program, .. arguments];
            // a clock that is wrong, but goes on evenly, as those of machines do
            if (clock is not null && machine > 0)
            {
                string[] wrong = [$"LD_PRELOAD={clock}", "FAKETIME=-1h", "FAKETIME_DONT_FAKE_MONOTONIC=1"];
                line = ["env", .. wrong, .. line];
            }
            return new Child(machines.On(machine, line[0], line[1..]), folder, FileOf(log));
        }
        Child Join(int machine) => On(
            machine, $"join{machine}.log",
            [
                "cluster", "join", $"https://{address}:{Port}", "--folder", $"join{machine}", "--name",
                $"join{machine}", "--cores", "1", .. secrets.Ask,
            ]);
        string[] listen = ["--listen", address, "--port", Port, "--lease", lease];
        using var serve = On(0, "serve.log", ["cluster", "serve", "--folder", "serve", .. listen, .. secrets.Serve]);
        using Child one = Join(1), two = Join(2);
        using var sweep = On(
            0, "cluster.log",
            [.. compare, "--out", "cluster", "--cluster", $"https://{address}:{Port}", .. secrets.Ask]);
        serve.Start();
        Wait("the coordinator", () => Read(FileOf("serve.log")).Contains("coordinator:", StringComparison.Ordinal));
        foreach (var child in new[] { one, two, sweep }) child.Start();

        int first = 0;
        Wait("the start of a run", () => (first = Array.FindIndex([1, 2], Began(FileOf, 1)) + 1) > 0);
        string notes = FileOf($"join{first}/processes");
        bool moved = false, refused = false, ended = false, alive = false;
        double until = 0;
        if (cut > 0)
        {
            Wait("a checkpoint", () => Directory
                .EnumerateFiles(FileOf($"join{first}/runs"), "checkpoint-*.safetensors", SearchOption.AllDirectories)
                .Any());
            Thread.Sleep(2000);
            string process = Path.GetFileName(Directory.GetFiles(notes).Single());
            machines.Cut(first);
            Thread.Sleep(TimeSpan.FromSeconds(cut));
            moved = Began(FileOf, 2)(3 - first);
            alive = Directory.Exists("/proc/" + process);
            var back = Stopwatch.StartNew();
            machines.Mend(first);
            Wait("the refusal", () => Read(FileOf($"join{first}.log")).Contains(": goes on elsewhere"));
            (refused, until) = (true, back.Elapsed.TotalSeconds);
            ended = !Directory.Exists("/proc/" + process);
        }
        Wait("the end of the comparison", () => sweep.HasExited);
        double seconds = watch.Elapsed.TotalSeconds;

        string run = "runs/diffrl.cartpole-swingup-v1/shac/seed0";
        string? difference = File.Exists(FileOf($"cluster/{run}/result.json"))
            ? SameRuns.Difference(FileOf("local/" + run), FileOf("cluster/" + run)) : "all";
        int told = new[] { 1, 2 }.Sum(i => Count(Read(FileOf($"join{i}.log")), ": finished"));
        bool good = difference is null && told == 1 && (cut == 0 || (moved && refused && ended));
        string row = string.Create(CultureInfo.InvariantCulture, $"{title},{cut},{lease},{Word(moved)},{Word(alive)},")
            + string.Create(CultureInfo.InvariantCulture, $"{Word(refused)},{Word(ended)},{until:0.0},{told},1,")
            + string.Create(CultureInfo.InvariantCulture, $"{(difference is null ? 1 : 0)},{seconds:0}");
        Console.WriteLine(row);
        return new Outcome(row, good);
    }

    private static Predicate<int> Began(Func<string, string> file, int lease) =>
        machine => Read(file($"join{machine}.log")).Contains($"(lease {lease})", StringComparison.Ordinal);

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    private static string Word(bool yes) => yes ? "yes" : "no";

    private static void Wait(string what, Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Patience) throw new MbMixException($"Waited for {what} in vain.");
            Thread.Sleep(100);
        }
    }

    private static Option<int> Number(string name, int value, string description) =>
        new(name) { DefaultValueFactory = _ => value, Description = description };

    private readonly record struct Outcome(string Row, bool Good);
}

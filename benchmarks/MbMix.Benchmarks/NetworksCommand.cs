using System.CommandLine;
using System.Globalization;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>networks</c>: the network operations of an actor-critic iteration, with our kernels and as torch operations, in
/// turns.
/// </summary>
internal static class NetworksCommand
{
    public static Command Create()
    {
        var observations = new Option<int>("--observations")
        {
            Description = "Components of an observation.",
            DefaultValueFactory = _ => 37,
        };
        var actions = new Option<int>("--actions")
        {
            Description = "Components of an action.",
            DefaultValueFactory = _ => 8,
        };
        var actor = new Option<int[]>("--actor")
        {
            Description = "Hidden layers of the actor.",
            DefaultValueFactory = _ => [128, 64, 32],
            AllowMultipleArgumentsPerToken = true,
        };
        var critic = new Option<int[]>("--critic")
        {
            Description = "Hidden layers of the critic.",
            DefaultValueFactory = _ => [64, 64],
            AllowMultipleArgumentsPerToken = true,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Worker threads of our kernels; torch runs on one.",
            DefaultValueFactory = _ => 1,
        };
        var repeats = new Option<int>("--repeats")
        {
            Description = "Measurements of each side, in turns; medians are printed.",
            DefaultValueFactory = _ => 15,
        };
        var only = new Option<string>("--only")
        {
            Description = "Measure only operations whose name contains this.",
            DefaultValueFactory = _ => "",
        };
        var command = new Command("networks", "Measures networks and their optimizers.")
        {
            observations,
            actions,
            actor,
            critic,
            threads,
            repeats,
            only,
        };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(1);
            using var workload = new NetworkWorkload(
                parsed.GetValue(observations),
                parsed.GetValue(actions),
                parsed.GetValue(actor)!,
                parsed.GetValue(critic)!,
                parsed.GetValue(threads));
            Console.WriteLine(
                "64 environments, horizon 32, critic: 16 passes of 4 minibatches; "
                + $"{parsed.GetValue(threads)} thread(s); milliseconds of wall-clock time (and of processor time)");
            foreach (var (what, ours, theirs) in workload.Pairs())
            {
                if (what.Contains(parsed.GetValue(only)!, StringComparison.Ordinal))
                    Print(what, ours, theirs, parsed.GetValue(repeats));
            }
            return 0;
        });
        return command;
    }

    private static void Print(string what, Action runOurs, Action runTheirs, int repeats)
    {
        Action[] both = [runOurs, runTheirs];
        var wall = new double[2, repeats];
        var processor = new double[2, repeats];
        for (int r = -3; r < repeats; r++)
        {
            for (int side = 0; side < 2; side++)
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                var before = Environment.CpuUsage.TotalTime;
                both[side]();
                // the first turns only warm up
                if (r < 0) continue;
                wall[side, r] = clock.Elapsed.TotalMilliseconds;
                processor[side, r] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
            }
        }
        // on a machine that others use too, the fastest measurement is the least disturbed
        double ours = Median(wall, 0), theirs = Median(wall, 1);
        double oursProcessor = Median(processor, 0), theirsProcessor = Median(processor, 1);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-28} ours {ours,8:F2} ({oursProcessor,8:F2})   torch {theirs,8:F2} ({theirsProcessor,8:F2})   "
            + $"ratio {theirs / ours,5:F1} ({theirsProcessor / oursProcessor,5:F1})   "
            + $"fastest {Fastest(wall, 0),8:F2} {Fastest(wall, 1),8:F2}"));
    }

    private static double Fastest(double[,] values, int side) =>
        Enumerable.Range(0, values.GetLength(1)).Min(i => values[side, i]);

    private static double Median(double[,] values, int side)
    {
        double[] row = [.. Enumerable.Range(0, values.GetLength(1)).Select(i => values[side, i]).Order()];
        return row[row.Length / 2];
    }
}

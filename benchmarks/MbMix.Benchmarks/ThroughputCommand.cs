using System.CommandLine;
using System.Diagnostics;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>throughput</c>: environment steps per second, forward only and with the adjoint, in bare kernels and through
/// torch.
/// </summary>
internal static class ThroughputCommand
{
    public static Command Create()
    {
        var env = new Option<string>("--env")
        {
            Description = "Environment id.",
            DefaultValueFactory = _ => "diffrl/cartpole-swingup-v1",
        };
        var envs = new Option<int>("--envs")
        {
            Description = "Number of environments in the batch.",
            DefaultValueFactory = _ => 64,
        };
        var horizon = new Option<int>("--horizon")
        {
            Description = "Steps of a rollout.",
            DefaultValueFactory = _ => 32,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Worker threads.",
            DefaultValueFactory = _ => 1,
        };
        var width = new Option<int>("--width")
        {
            Description = "SIMD width in bits; 0 for the widest.",
            DefaultValueFactory = _ => 0,
        };
        var repeats = new Option<int>("--repeats")
        {
            Description = "Measurements; the median is printed.",
            DefaultValueFactory = _ => 7,
        };
        var mode = new Option<string>("--mode")
        {
            Description = "What to measure: forward, backward, jacobian or all.",
            DefaultValueFactory = _ => "all",
        };
        mode.AcceptOnlyFromAmong("forward", "backward", "jacobian", "all");
        var cpu = new Option<bool>("--cpu-time")
        {
            Description =
                "Measure processor time instead of wall-clock time, for a machine that others use too.",
        };
        var csv = new Option<FileInfo?>("--csv") { Description = "File to append the results to." };
        var command = new Command("throughput", "Measures environment steps per second.")
        {
            env,
            envs,
            horizon,
            threads,
            width,
            repeats,
            mode,
            cpu,
            csv,
        };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(1);
            using var workload = new Workload(
                parsed.GetValue(env)!,
                parsed.GetValue(envs),
                parsed.GetValue(horizon),
                parsed.GetValue(threads),
                parsed.GetValue(width));
            var table = new ResultTable(workload, parsed.GetValue(threads));
            Func<double> clock = parsed.GetValue(cpu) ? ProcessorTime : WallClock;
            foreach (var (layer, what, kind, run) in workload.Modes())
            {
                if (parsed.GetValue(mode) is "all" || parsed.GetValue(mode) == kind)
                    table.Add(layer, what, Measure(run, parsed.GetValue(repeats), clock));
            }
            table.Print();
            if (parsed.GetValue(csv) is { } file) table.Append(file);
            return 0;
        });
        return command;
    }

    /// <summary>Seconds per call: the median of several measurements of about a quarter of a second each.</summary>
    private static double Measure(Action run, int repeats, Func<double> clock)
    {
        double start = clock();
        int warm = 0;
        while (clock() - start < 0.5 || warm < 3)
        {
            run();
            warm++;
        }
        int calls = Math.Max(1, (int)(0.25 / ((clock() - start) / warm)));
        var seconds = new double[repeats];
        for (int r = 0; r < repeats; r++)
        {
            start = clock();
            for (int i = 0; i < calls; i++) run();
            seconds[r] = (clock() - start) / calls;
        }
        Array.Sort(seconds);
        return seconds[repeats / 2];
    }

    private static double WallClock() => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private static double ProcessorTime() => Environment.CpuUsage.TotalTime.TotalSeconds;
}

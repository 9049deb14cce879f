using System.CommandLine;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary><c>sac</c>: one update of SAC, with our kernels and as torch operations, in turns on one thread.</summary>
internal static class SacCommand
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
        var hidden = new Option<int[]>("--hidden")
        {
            Description = "Hidden layers of all networks.",
            DefaultValueFactory = _ => [256, 256],
            AllowMultipleArgumentsPerToken = true,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Rows of a batch.",
            DefaultValueFactory = _ => 256,
        };
        var turns = new Option<int>("--turns")
        {
            Description = "Turns of 2 updates of each side; medians are printed.",
            DefaultValueFactory = _ => 15,
        };
        var command = new Command("sac", "Measures an update of SAC.") { observations, actions, hidden, batch, turns };
        command.SetAction(parsed => Run(
            parsed.GetValue(observations), parsed.GetValue(actions), parsed.GetValue(hidden)!, parsed.GetValue(batch),
            parsed.GetValue(turns)));
        return command;
    }

    private static int Run(int observations, int actions, int[] hidden, int batch, int turns)
    {
        const int updates = 2;
        torch.set_num_threads(1);
        using var workload = new SacWorkload(observations, actions, hidden, batch);
        Action[] sides = [workload.Ours, workload.Theirs];
        var times = new double[2][];
        for (int side = 0; side < 2; side++) times[side] = new double[turns];
        var ratios = new double[turns];
        for (int turn = -2; turn < turns; turn++)
        {
            for (int side = 0; side < 2; side++)
            {
                var before = Environment.CpuUsage.TotalTime;
                for (int i = 0; i < updates; i++) sides[side]();
                // the first turns only warm up
                if (turn >= 0)
                    times[side][turn] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / updates;
            }
            if (turn >= 0) ratios[turn] = times[1][turn] / times[0][turn];
        }
        Console.WriteLine(ResultTable.Machine());
        Console.WriteLine(FormattableString.Invariant(
            $"{observations} observations, {actions} actions, hidden {string.Join('-', hidden)}, batch {batch}; ")
            + "milliseconds of processor time per update, median and range");
        string[] names = ["our kernels", "torch operations"];
        for (int side = 0; side < 2; side++)
        {
            Array.Sort(times[side]);
            Console.WriteLine(FormattableString.Invariant(
                $"{names[side],-18} {times[side][turns / 2],8:F2} ({times[side][0]:F2} to {times[side][^1]:F2})"));
        }
        Array.Sort(ratios);
        Console.WriteLine(FormattableString.Invariant(
            $"ratio of the turns {ratios[turns / 2],8:F2} ({ratios[0]:F2} to {ratios[^1]:F2})"));
        return 0;
    }
}

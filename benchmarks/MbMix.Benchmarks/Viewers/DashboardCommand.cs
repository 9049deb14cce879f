using System.CommandLine;
using System.Globalization;

namespace MbMix.Benchmarks.Viewers;

/// <summary>
/// <c>dashboard</c>: one training with a live page, watched by ten viewers and by nobody in turns. It prints what the
/// viewers cost: steps per second of the clock; processor time of the training's process per step, which other programs
/// on the machine disturb less; and the share of the threads that serve the page in it, which they hardly disturb.
/// </summary>
internal static class DashboardCommand
{
    private static readonly Option<FileInfo> Program = new("--mbmix")
    {
        Description = "The built command.",
        DefaultValueFactory = _ => new("Host/MbMix.Cli/bin/Release/net10.0/mbmix"),
    };
    private static readonly Option<string> Environment = new("--env")
    {
        Description = "Environment to train on with SHAC and one thread.",
        DefaultValueFactory = _ => "diffrl/ant-v1",
    };
    private static readonly Option<int> Viewers = new("--viewers")
    {
        Description = "Number of viewers.",
        DefaultValueFactory = _ => 10,
    };
    private static readonly Option<int> Turns = new("--turns")
    {
        Description = "Number of turns without and with viewers.",
        DefaultValueFactory = _ => 12,
    };
    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "Seconds of a turn.",
        DefaultValueFactory = _ => 5,
    };
    private static readonly Option<DirectoryInfo> Out = new("--out")
    {
        Description = "Folder of the results.",
        DefaultValueFactory = _ => new("results/dashboard"),
    };

    public static Command Create()
    {
        var command = new Command("dashboard", "Measures what viewers of the live page cost a training.")
        {
            Program, Environment, Viewers, Turns, Seconds, Out,
        };
        command.SetAction((parsed, stop) => Run(
            parsed.GetValue(Program)!, parsed.GetValue(Environment)!, parsed.GetValue(Viewers), parsed.GetValue(Turns),
            TimeSpan.FromSeconds(parsed.GetValue(Seconds)), parsed.GetValue(Out)!, stop));
        return command;
    }

    private static async Task<int> Run(
        FileInfo program, string environment, int viewers, int turns, TimeSpan length, DirectoryInfo target,
        CancellationToken stop)
    {
        using var training = await WatchedTraining.Start(program, environment, stop);
        await training.Measure(length, viewers: 0, stop);
        var pairs = new List<(TurnCost Alone, TurnCost Watched)>();
        for (int turn = 0; turn < turns; turn++)
        {
            // who goes first changes, because the machine's own speed does
            bool first = turn % 2 == 0;
            var a = await training.Measure(length, first ? 0 : viewers, stop);
            var b = await training.Measure(length, first ? viewers : 0, stop);
            pairs.Add(first ? (a, b) : (b, a));
        }
        double rate = Median(pairs.Select(p => p.Watched.StepsPerSecond / p.Alone.StepsPerSecond));
        double processor = Median(pairs.Select(p => p.Watched.ProcessorPerStep / p.Alone.ProcessorPerStep));
        double alone = Median(pairs.Select(p => p.Alone.PageShare));
        double watched = Median(pairs.Select(p => p.Watched.PageShare));
        double bytes = Median(pairs.Select(p => p.Watched.Bytes / length.TotalSeconds / viewers));
        string[] lines =
        [
            FormattableString.Invariant(
                $"{environment}, SHAC, {viewers} viewers, {turns} turns of {length.TotalSeconds:0.#} s"),
            FormattableString.Invariant($"steps per second with viewers, of those without: {100 * rate:0.0} %"),
            FormattableString.Invariant(
                $"processor time per step with viewers, of that without: {100 * processor:0.0} %"),
            FormattableString.Invariant(
                $"share of the page's threads in it: {100 * watched:0.00} %, without viewers {100 * alone:0.00} %"),
            FormattableString.Invariant($"bytes per second and viewer: {bytes:0}"),
            ResultTable.Machine(),
        ];
        foreach (string line in lines) Console.WriteLine(line);
        target.Create();
        await using var csv = new StreamWriter(Path.Combine(target.FullName, "viewers.csv"));
        foreach (string line in lines) await csv.WriteLineAsync("# " + line);
        await csv.WriteLineAsync("turn,viewers,steps_per_second,processor_us_per_step,page_share");
        foreach (var (turn, pair) in pairs.Index())
        {
            foreach (var (count, cost) in new[] { (0, pair.Alone), (viewers, pair.Watched) })
            {
                await csv.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{turn},{count},{cost.StepsPerSecond:0},{1e6 * cost.ProcessorPerStep:0.00},"
                    + $"{cost.PageShare:0.00000}"));
            }
        }
        return 0;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MbMix.Hosting;
using MbMix.Sim.Native;
using MbMix.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>cloth</c>: seconds and memory of one environment step of a cloth, 2,000 substeps, forward and backward, beside
/// the same physics as plain scalar loops.
/// </summary>
internal static class ClothCommand
{
    public static Command Create()
    {
        var lanes = new Option<int>("--lanes") { Description = "Environments.", DefaultValueFactory = _ => 64 };
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => 2 };
        var shirt = new Option<bool>("--shirt") { Description = "The T-shirt instead of the rectangle." };
        var repeats = new Option<int>("--repeats")
        {
            Description = "Repeats; the medians are printed.",
            DefaultValueFactory = _ => 5,
        };
        var command = new Command("cloth", "Seconds and memory of a step of cloth.") { lanes, threads, shirt, repeats };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(1);
            Measure(
                parsed.GetValue(shirt) ? ClothTaskTraits.FoldShirt : ClothTaskTraits.FoldOnce,
                parsed.GetValue(lanes), parsed.GetValue(threads), parsed.GetValue(repeats));
            return 0;
        });
        return command;
    }

    private static void Measure(ClothTaskTraits traits, int lanes, int threads, int repeats)
    {
        using var workers = new WorkerPool(threads);
        var options = new ClothOptions { Gradients = ClothGradients.Stable };
        var context = new EnvContext { Workers = workers, Logger = NullLogger.Instance };
        using var env = TracedEnv.Create(new ClothTask(traits, options), options, context);
        var sheet = traits.Shirt ? ClothSheets.Shirt : ClothSheets.Rectangle;
        var scalar = new ScalarCloth(sheet, traits.Material);
        using var state = env.Reset([.. Enumerable.Range(0, lanes).Select(lane => new LaneKey(1, lane, 0))]);
        using var action = torch.tensor(new[] { 0.5f, 0, 0.4f, 0.5f, 0, 0.6f }).expand(lanes, 6).contiguous();
        List<double> plain = [], forward = [], both = [];
        for (int repeat = 0; repeat <= repeats; repeat++)
        {
            double alone = Seconds(() => scalar.Run(2000, [0.5, 0, 0.4], [1e-4, 0, 1e-4]));
            double ahead = Seconds(() =>
            {
                using var quiet = torch.no_grad();
                using var scope = torch.NewDisposeScope();
                env.Step(state, action);
            });
            double back = Seconds(() =>
            {
                using var scope = torch.NewDisposeScope();
                using var leaf = action.clone().requires_grad_();
                env.Step(state, leaf).Reward.sum().backward();
            });
            // the first one compiles
            if (repeat == 0) continue;
            plain.Add(alone);
            forward.Add(ahead);
            both.Add(back);
        }
        double one = Median(plain);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{traits.Id}: {sheet.Particles} particles, {lanes} environments, {threads} threads, 2,000 substeps"));
        Row("scalar loop, forward, one environment", one, one);
        Row("forward", Median(forward), one * lanes);
        Row("forward and backward", Median(both), one * lanes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"tape {env.Spec.TapeBytes * lanes / 1048576.0:F0} MB, process {Environment.WorkingSet / 1048576} MB"));
    }

    private static void Row(string what, double seconds, double scalar) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"  {what,-40} {seconds,8:F3} s   {scalar / seconds,6:F1} x the scalar loop"));

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}

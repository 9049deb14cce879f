using System.CommandLine;
using System.Globalization;
using MbMix.Search;

namespace MbMix.Benchmarks.Searches;

/// <summary>
/// <c>search-asha</c>: early stopping, replayed on learning curves of trials that were all trained to their end, which
/// come in many random orders.
/// </summary>
internal static class CurvesCommand
{
    private const double Close = 0.02;

    private static readonly Option<string?> Runs = new("--runs")
    {
        Description = "Folder of a search without early stopping, whose curves are collected first.",
    };
    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "Folder of curves.csv and of the table.",
        DefaultValueFactory = _ => Path.Combine("results", "tune"),
    };
    private static readonly Option<int> Orders = new("--orders")
    {
        Description = "Number of random orders of the trials.",
        DefaultValueFactory = _ => 10,
    };

    public static Command Create()
    {
        var command = new Command("search-asha", "Early stopping, replayed on learning curves.")
        {
            Runs, Folder, Orders,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string folder = parsed.GetValue(Folder)!, file = Path.Combine(folder, "curves.csv");
        Directory.CreateDirectory(folder);
        if (parsed.GetValue(Runs) is { } runs) Collect(runs, file);
        (long Steps, double Return)[][] curves =
        [
            .. File.ReadLines(file).Skip(1).Select(l => l.Split(',')).GroupBy(f => f[0]).Select(g => g.Select(
                f => (long.Parse(f[1], CultureInfo.InvariantCulture), double.Parse(f[2], CultureInfo.InvariantCulture)))
                .ToArray()),
        ];
        List<string> lines = ["eta,rungs,order,trials,steps_saved,best_found,best,short_of_best"];
        foreach (int rungs in new[] { 3, 4 })
        {
            int close = 0;
            double least = 1;
            for (int order = 0; order < parsed.GetValue(Orders); order++)
            {
                var (saved, found) = Replay(curves, eta: 3, rungs, order);
                double best = curves.Max(c => c[^1].Return), missing = (best - found) / Math.Abs(best);
                lines.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"3,{rungs},{order},{curves.Length},{saved:0.000},{found:0.0},{best:0.0},{missing:0.0000}"));
                if (missing <= Close) close++;
                least = Math.Min(least, saved);
            }
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"eta 3, {rungs} rungs: at least {least:P0} saved, within 2 % of the best in {close} of ")
                + parsed.GetValue(Orders));
        }
        File.WriteAllLines(Path.Combine(folder, "asha.csv"), lines);
        return 0;
    }

    // the sampler of a space of as many whole numbers as there are curves takes each once, in an order of its seed
    private static (double Saved, double Best) Replay(
        (long Steps, double Return)[][] curves, int eta, int rungs, long order)
    {
        using var search = SettingSearch.InMemory(new SearchTerms
        {
            Name = "replay",
            Space = new Space(
                [new() { Name = "curve", Kind = ParameterKind.Integer, Low = 0, High = curves.Length - 1 }]),
            Trials = curves.Length,
            Sampler = SamplerKind.Random,
            SearchSeed = order,
            Budget = curves.Min(c => c[^1].Steps),
            Eta = eta,
            Rungs = rungs,
        });
        // steps taken, which come in whole iterations
        long[] taken = new long[curves.Length];
        while (search.Next() is { } job)
        {
            int curve = (int)job.Trial.Setting.Values[0];
            var reached = curves[curve].First(c => c.Steps >= job.Steps);
            taken[curve] = reached.Steps;
            search.Tell(job.Trial, reached.Return);
        }
        return (1 - (taken.Sum() / (double)curves.Sum(c => c[^1].Steps)), search.Best!.Value);
    }

    private static void Collect(string runs, string file)
    {
        List<string> lines = ["trial,env_steps,mean_return"];
        var trials = Directory.EnumerateDirectories(Path.Combine(runs, "runs")).Order(StringComparer.Ordinal);
        foreach (string trial in trials)
        {
            var seeds = Directory.EnumerateDirectories(trial)
                .Select(seed => File.ReadLines(Path.Combine(seed, "evaluations.csv")).ToList()).ToList();
            int steps = Column(seeds[0][0], "env_steps"), mean = Column(seeds[0][0], "mean");
            for (int row = 1; row < seeds[0].Count; row++)
            {
                double value = seeds.Average(
                    s => double.Parse(s[row].Split(',')[mean], CultureInfo.InvariantCulture));
                string name = Path.GetFileName(trial);
                lines.Add(string.Create(
                    CultureInfo.InvariantCulture, $"{name},{seeds[0][row].Split(',')[steps]},{value:0.00}"));
            }
        }
        File.WriteAllLines(file, lines);
    }

    private static int Column(string header, string name) => Array.IndexOf(header.Split(','), name);
}

using System.CommandLine;
using System.Globalization;
using MbMix.Search;

namespace MbMix.Benchmarks.Searches;

/// <summary><c>search</c>: samplers against random search on functions with known minima.</summary>
internal static class SearchCommand
{
    private static readonly Option<int> Repetitions = new("--repetitions")
    {
        Description = "Number of searches of each sampler on each function.",
        DefaultValueFactory = _ => 30,
    };
    private static readonly Option<int> Trials = new("--trials")
    {
        Description = "Number of trials of each search.",
        DefaultValueFactory = _ => 60,
    };
    private static readonly Option<long> First = new("--first-seed")
    {
        Description = "Seed of the first search.",
        DefaultValueFactory = _ => 0,
    };
    private static readonly Option<string?> Output = new("--output") { Description = "Folder for the tables." };

    public static Command Create()
    {
        var command = new Command("search", "Samplers against random search on functions with known minima.")
        {
            Repetitions, Trials, First, Output,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var functions = new (string Name, Space Space, Func<Setting, double> Value, double Minimum)[]
        {
            ("branin", Landscapes.BraninSpace, Landscapes.Branin, 0.397887),
            ("hartmann-6", Landscapes.HartmannSpace, Landscapes.Hartmann, -3.32237),
            ("branches", Landscapes.BranchesSpace, Landscapes.Branches, 0),
        };
        var samplers = Enum.GetValues<SamplerKind>();
        List<string> bests = ["function,sampler,repetition,best,regret"];
        List<string> summary =
            ["function,sampler,repetitions,trials,median,lower_quartile,upper_quartile,p_against_random"];
        int repetitions = parsed.GetValue(Repetitions), trials = parsed.GetValue(Trials);
        foreach (var (name, space, value, minimum) in functions)
        {
            var found = samplers.ToDictionary(s => s, s => Enumerable.Range(0, repetitions)
                .Select(r => BestOf(space, s, trials, parsed.GetValue(First) + r, value)).ToArray());
            foreach (var sampler in samplers)
            {
                string label = sampler.ToString().ToLowerInvariant();
                double[] sorted = [.. found[sampler].Order()];
                for (int r = 0; r < repetitions; r++)
                    bests.Add(Line($"{name},{label},{r},{found[sampler][r]:G9},{found[sampler][r] - minimum:G6}"));
                string p = sampler == SamplerKind.Random
                    ? ""
                    : Line($"{MannWhitney.Smaller(found[sampler], found[SamplerKind.Random]):G3}");
                summary.Add(Line(
                    $"{name},{label},{repetitions},{trials},{At(sorted, 0.5):G6},")
                    + Line($"{At(sorted, 0.25):G6},{At(sorted, 0.75):G6},{p}"));
            }
        }
        foreach (string line in summary) Console.WriteLine(line);
        if (parsed.GetValue(Output) is not { } folder) return 0;
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "samplers.csv"), bests);
        File.WriteAllLines(Path.Combine(folder, "samplers-summary.csv"), summary);
        return 0;
    }

    /// <summary>Returns the best value that a search finds.</summary>
    internal static double BestOf(
        Space space, SamplerKind sampler, int trials, long seed, Func<Setting, double> value)
    {
        var search = SettingSearch.InMemory(new SearchTerms
        {
            Name = "search",
            Space = space,
            Trials = trials,
            Sampler = sampler,
            SearchSeed = seed,
            Minimize = true,
        });
        while (search.Next() is { } job) search.Tell(job.Trial, value(job.Trial.Setting));
        return search.Best!.Value;
    }

    private static double At(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

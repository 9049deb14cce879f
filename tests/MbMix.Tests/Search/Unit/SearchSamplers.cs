using MbMix.Search;

namespace MbMix.Tests.Unit;

/// <summary>Samplers, on points and functions that are known in closed form.</summary>
public sealed class SearchSamplers
{
    [Fact]
    public void The_first_points_of_the_sobol_sequence_are_the_published_ones()
    {
        double[][] expected =
        [
            [0, 0, 0], [0.5, 0.5, 0.5], [0.75, 0.25, 0.25], [0.25, 0.75, 0.75], [0.375, 0.375, 0.625], [0.875, 0.875, 0.125],
            [0.625, 0.125, 0.875], [0.125, 0.625, 0.375],
        ];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], Enumerable.Range(0, 3).Select(d => SobolSequence.At(i, d) / 4294967296.0));
    }

    [Fact]
    public void Every_dimension_has_one_point_in_each_of_equal_parts()
    {
        Assert.True(SobolSequence.Dimensions >= 20);
        for (int dimension = 0; dimension < SobolSequence.Dimensions; dimension++)
            Assert.Equal(256, Enumerable.Range(0, 256).Select(i => SobolSequence.At(i, dimension) >> 24).Distinct().Count());
    }

    [Fact]
    public void Functions_have_their_known_minima()
    {
        foreach (var (x, y) in new[] { (-Math.PI, 12.275), (Math.PI, 2.275), (9.42478, 2.475) })
            Assert.Equal(0.397887, Landscapes.Branin(new([x, y])), 6);
        Assert.Equal(-3.32237, Landscapes.Hartmann(new([0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573])), 5);
        Assert.Equal(0, Landscapes.Branches(new([2, 1e-2, double.NaN, double.NaN, double.NaN, 16, 1e-3])), 12);
    }

    [Theory]
    [InlineData("branin")]
    [InlineData("hartmann")]
    [InlineData("branches")]
    public void Tpe_finds_more_than_random_search(string function)
    {
        var (space, value) = function switch
        {
            "branin" => (Landscapes.BraninSpace, (Func<Setting, double>)Landscapes.Branin),
            "hartmann" => (Landscapes.HartmannSpace, Landscapes.Hartmann),
            _ => (Landscapes.BranchesSpace, Landscapes.Branches),
        };
        double Median(SamplerKind sampler) => Enumerable.Range(0, 7).Select(seed => Best(space, sampler, seed, value)).Order().ElementAt(3);
        Assert.True(Median(SamplerKind.Tpe) < Median(SamplerKind.Random));
    }

    [Theory]
    [InlineData(SamplerKind.Random)]
    [InlineData(SamplerKind.Sobol)]
    [InlineData(SamplerKind.Tpe)]
    public void Suggestions_depend_on_the_seed_and_on_what_is_known_alone(SamplerKind sampler)
    {
        string Suggested(long seed)
        {
            using var search = SettingSearch.InMemory(Terms(Landscapes.BranchesSpace, sampler, 20, seed));
            while (search.Next() is { } job) search.Tell(job.Trial, Landscapes.Branches(job.Trial.Setting));
            return string.Join('\n', search.Trials.Select(t => search.Terms.Space.ToJson(t.Setting).ToJsonString()));
        }
        Assert.Equal(Suggested(5), Suggested(5));
        Assert.NotEqual(Suggested(5), Suggested(6));
    }

    [Fact]
    public void Parallel_trials_keep_apart()
    {
        using var search = SettingSearch.InMemory(Terms(Landscapes.BraninSpace, SamplerKind.Tpe, 40, 0));
        for (int i = 0; i < 30; i++)
        {
            var job = search.Next()!;
            search.Tell(job.Trial, Landscapes.Branin(job.Trial.Setting));
        }
        // as many again at once, none of which is told
        var together = Enumerable.Range(0, 10).Select(_ => search.Next()!.Trial.Setting).ToList();
        Assert.Equal(10, together.Distinct().Count());
        Assert.True(together.Max(s => s.Values[0]) - together.Min(s => s.Values[0]) > 1);
    }

    [Fact]
    public void Nothing_is_tried_twice_and_a_small_space_ends_the_search()
    {
        var space = new Space(
        [
            new() { Name = "a", Kind = ParameterKind.Choice, Choices = ["1", "2", "3"] },
            new() { Name = "b", Kind = ParameterKind.Integer, Low = 0, High = 3 },
        ]);
        using var search = SettingSearch.InMemory(Terms(space, SamplerKind.Tpe, 50, 1));
        while (search.Next() is { } job) search.Tell(job.Trial, job.Trial.Setting.Values.Sum());
        Assert.True(search.IsExhausted);
        Assert.Equal(12, search.Trials.Select(t => t.Setting).Distinct().Count());
        Assert.Equal(12, search.Trials.Count);
    }

    private static double Best(Space space, SamplerKind sampler, long seed, Func<Setting, double> value)
    {
        using var search = SettingSearch.InMemory(Terms(space, sampler, 60, seed));
        while (search.Next() is { } job) search.Tell(job.Trial, value(job.Trial.Setting));
        return search.Best!.Value;
    }

    private static SearchTerms Terms(Space space, SamplerKind sampler, int trials, long seed) =>
        new() { Name = "s", Space = space, Sampler = sampler, Trials = trials, SearchSeed = seed, Minimize = true };
}

using MbMix.Search;

namespace MbMix.Tests.Unit;

/// <summary>Early stopping, on curves that are made up.</summary>
public sealed class SearchRungs
{
    private static readonly Space Line = new([new() { Name = "x", Kind = ParameterKind.Integer, Low = 0, High = 1000 }]);

    [Fact]
    public void Rungs_are_parts_of_the_budget_rounded_up()
    {
        Assert.Equal([1, 3, 9, 27], new RungLadder(27, 3, 4).Steps);
        Assert.Equal([1280, 5120, 20480], new RungLadder(20480, 4, 3).Steps);
        Assert.Equal([12, 34, 100], new RungLadder(100, 3, 3).Steps);
        Assert.Equal([100], new RungLadder(100, 3, 1).Steps);
        foreach (long budget in new[] { 9L, 100, 20480, 999_999 })
        {
            var ladder = new RungLadder(budget, 3, 3);
            // a run that is evaluated so many times is evaluated when it reaches a rung
            for (int rung = 0; rung < 3; rung++)
            {
                long steps = ladder.Steps[rung], part = (long)Math.Pow(3, rung);
                Assert.Equal((part - 1, part), ((steps - 1) * ladder.Divisions / budget, steps * ladder.Divisions / budget));
            }
        }
    }

    [Fact]
    public void The_best_third_goes_on_as_soon_as_it_is_known()
    {
        using var search = SettingSearch.InMemory(Terms(trials: 9));
        var log = new List<string>();
        // parallel curves: trial n reaches 100 - n, less what is missing of the budget
        while (search.Next() is { } job)
        {
            log.Add($"{job.Trial.Number}:{job.Rung}@{job.Steps}");
            search.Tell(job.Trial, 100 - job.Trial.Number - (10 * (2 - job.Rung)));
        }
        // with three trials the first goes on; the second and third of the rung above wait for three there
        Assert.Equal("0:0@1 1:0@1 2:0@1 0:1@3 3:0@1 4:0@1 5:0@1 1:1@3 6:0@1 7:0@1 8:0@1 2:1@3 0:2@9", string.Join(' ', log));
        Assert.Equal(0, search.Best!.Number);
    }

    [Fact]
    public void A_late_trial_that_is_better_overtakes()
    {
        using var search = SettingSearch.InMemory(Terms(trials: 6));
        var order = new List<int>();
        while (search.Next() is { } job)
        {
            if (job.Rung == 1) order.Add(job.Trial.Number);
            search.Tell(job.Trial, job.Trial.Number);
        }
        Assert.Equal([2, 3, 4, 5], order);
        Assert.Equal([4, 5], search.Trials.Where(t => t.Stage == TrialStage.Finished).Select(t => t.Number));
    }

    [Fact]
    public void One_trial_has_the_whole_budget_even_if_there_are_too_few()
    {
        using var search = SettingSearch.InMemory(Terms(trials: 2));
        while (search.Next() is { } job) search.Tell(job.Trial, job.Trial.Number);
        Assert.Equal([TrialStage.Paused, TrialStage.Finished], search.Trials.Select(t => t.Stage));
    }

    [Fact]
    public void What_failed_counts_as_worst_and_never_goes_on()
    {
        using var search = SettingSearch.InMemory(Terms(trials: 3));
        for (int i = 0; i < 3; i++)
        {
            var trial = search.Next()!.Trial;
            if (i < 2) search.Tell(trial, double.NaN);
            else search.Tell(trial, -5);
        }
        Assert.Equal(2, search.Next()!.Trial.Number);
        Assert.Equal("the value is not a finite number", search.Trials[0].Reason);
    }

    [Fact]
    public void A_search_in_which_everything_fails_ends()
    {
        using var search = SettingSearch.InMemory(Terms(trials: 4));
        while (search.Next() is { } job) search.Fail(job.Trial, "broken");
        Assert.Equal(4, search.Trials.Count);
        Assert.Null(search.Best);
    }

    [Fact]
    public void Importance_sees_the_parameter_that_matters()
    {
        var space = new Space([.. new[] { "a", "b" }.Select(n => new Parameter { Name = n, Kind = ParameterKind.Real, Low = 0, High = 1 })]);
        using var search = SettingSearch.InMemory(new() { Name = "s", Space = space, Sampler = SamplerKind.Random, Trials = 60 });
        while (search.Next() is { } job) search.Tell(job.Trial, Math.Abs(job.Trial.Setting.Values[0] - 0.5));
        var importance = Importance.Of(space, search.Trials);
        Assert.True(importance[0] > 0.6 && importance[1] < 0.2, string.Join(' ', importance));
        Assert.All(Importance.Of(space, [.. search.Trials.Take(3)]), i => Assert.True(double.IsNaN(i)));
    }

    private static SearchTerms Terms(int trials) =>
        new() { Name = "s", Space = Line, Sampler = SamplerKind.Random, Trials = trials, Budget = 9, Eta = 3, Rungs = 3 };
}

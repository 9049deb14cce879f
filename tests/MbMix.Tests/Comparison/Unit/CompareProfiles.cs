using MbMix.Comparison;

namespace MbMix.Tests.Unit;

public sealed class CompareProfiles
{
    [Fact]
    public void A_profile_is_the_share_of_runs_above_a_score_averaged_over_environments()
    {
        // above 1: one of two, and two of three
        Assert.Equal((0.5 + (2.0 / 3)) / 2, Statistics.ShareAbove([[0, 2], [1, 3, 4]], 1), 12);
        Assert.Equal(1, Statistics.ShareAbove([[0, 2], [1, 3, 4]], -1), 12);
        Assert.Equal(0, Statistics.ShareAbove([[0, 2], [1, 3, 4]], 4), 12);
    }

    [Fact]
    public void A_profile_falls_from_one_to_zero_within_its_interval()
    {
        double[][] strata = [[0, 1, 2, 3, 9], [4, 4, 5, 6, 10]];
        double[] grid = PerformanceProfile.Grid(strata.SelectMany(s => s));
        var profile = PerformanceProfile.Of(strata, grid);
        Assert.Equal(1, profile.Share[0]);
        Assert.Equal(0, profile.Share[^1]);
        Assert.Equal(10, grid[^1], 9);
        for (int i = 0; i < grid.Length; i++)
        {
            Assert.InRange(profile.Share[i], profile.Low[i], profile.High[i]);
            if (i > 0) Assert.True(profile.Share[i] <= profile.Share[i - 1]);
        }
        Assert.True(profile.Low[50] < profile.High[50]);
    }

    [Fact]
    public void A_profile_of_one_value_per_environment_has_no_spread()
    {
        var profile = PerformanceProfile.Of([[1], [3]], [0, 2, 3]);
        Assert.Equal([1, 0.5, 0], profile.Share);
        Assert.Equal(profile.Share, profile.Low);
        Assert.Equal(profile.Share, profile.High);
    }

    [Fact]
    public void The_area_under_a_profile_is_the_mean()
    {
        // integral over tau of P(X > tau) = E X for X >= 0; the grid is fine enough for a thousandth
        double[][] strata = [[0.25, 0.5], [0.75, 1]];
        double[] grid = [.. Enumerable.Range(0, 10_000).Select(i => i / 10_000.0)];
        double area = grid.Sum(g => Statistics.ShareAbove(strata, g)) / grid.Length;
        Assert.Equal(Statistics.Mean(strata), area, 1e-3);
    }

    [Fact]
    public void Gap_median_and_mean_weigh_every_environment_the_same()
    {
        double[][] strata = [[0, 1], [0.5, 0.5, 2, 1], [0.2]];
        Assert.Equal((0.5 + 1 + 0.2) / 3, Statistics.Mean(strata), 12);
        Assert.Equal(0.5, Statistics.MedianOfMeans(strata), 12);

        // short of 1 by 1, 0; by .5, .5, 0 (2 counts as 1), 0; by .8
        Assert.Equal((0.5 + 0.25 + 0.8) / 3, Statistics.OptimalityGap(strata), 12);
    }

    [Fact]
    public void Identical_algorithms_improve_on_each_other_half_the_time()
    {
        double[][] x = [[1, 2, 3], [7, 8, 9]];
        Assert.Equal(0.5, Statistics.ProbabilityOfImprovement(x, x), 12);
        Assert.Equal(1, Statistics.ProbabilityOfImprovement(x, [[0, 0, 0], [6, 6, 6]]) + Statistics.ProbabilityOfImprovement([[0, 0, 0], [6, 6, 6]], x), 12);
    }

    /// <summary>
    /// With three values there are 27 equally likely draws; the bootstrap's intervals must be the quantiles of all of them.
    /// </summary>
    [Fact]
    public void Intervals_are_those_of_all_possible_draws()
    {
        double[] values = [1, 5, 12];
        double[] means = [.. from a in values from b in values from c in values select (a + b + c) / 3];
        foreach (double confidence in new[] { 0.6, 0.8, 0.95 })
        {
            var (low, high) = Bootstrap.Interval([values], Statistics.InterquartileMean, confidence);
            Assert.Equal(Inverse(means, (1 - confidence) / 2), low, 12);
            Assert.Equal(Inverse(means, (1 + confidence) / 2), high, 12);
        }
    }

    [Fact]
    public void The_interval_of_improvement_is_that_of_all_possible_draws()
    {
        double[] x = [1, 4, 5], y = [2, 3, 6];
        double[][] drawsOfX = [.. Draws(x)], drawsOfY = [.. Draws(y)];
        double[] all = [.. from a in drawsOfX from b in drawsOfY select Statistics.ProbabilityOfImprovement([a], [b])];
        var (low, high) = Bootstrap.Interval([x, y], s => Statistics.ProbabilityOfImprovement([s[0]], [s[1]]), 0.8);
        Assert.Equal(Inverse(all, 0.1), low, 12);
        Assert.Equal(Inverse(all, 0.9), high, 12);
    }

    [Fact]
    public void Several_statistics_of_the_same_draws_get_the_intervals_they_get_alone()
    {
        double[][] strata = [[1, 2, 3, 4], [10, 20, 30]];
        var both = Bootstrap.Intervals(
            strata,
            (draw, values) =>
            {
                values[0] = Statistics.InterquartileMean(draw);
                values[1] = Statistics.Mean(draw);
            },
            2,
            resamples: 400);
        Assert.Equal(Bootstrap.Interval(strata, Statistics.InterquartileMean, resamples: 400), both[0]);
        Assert.Equal(Bootstrap.Interval(strata, Statistics.Mean, resamples: 400), both[1]);
    }

    private static IEnumerable<double[]> Draws(double[] v) => from a in v from b in v from c in v select new[] { a, b, c };

    // the value at which the distribution function passes a share; the shares used here lie inside a step, where ten thousand draws find the same
    private static double Inverse(double[] values, double share) => values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);
}

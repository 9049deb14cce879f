using MbMix.Comparison;

namespace MbMix.Tests.Unit;

public sealed class CompareStatistics
{
    [Fact]
    public void Median_is_the_middle_value_or_the_mean_of_the_two_middle_ones()
    {
        Assert.Equal(2, Statistics.Median([3, 1, 2]));
        Assert.Equal(2.5, Statistics.Median([4, 1, 2, 3]));
        Assert.True(double.IsNaN(Statistics.Median([])));
    }

    [Fact]
    public void Quantile_interpolates_between_neighbors()
    {
        Assert.Equal(10, Statistics.Quantile([50, 10, 30], 0));
        Assert.Equal(50, Statistics.Quantile([50, 10, 30], 1));
        Assert.Equal(20, Statistics.Quantile([50, 10, 30], 0.25), 12);
    }

    [Fact]
    public void Interquartile_mean_leaves_out_a_quarter_at_each_end_of_all_strata_together()
    {
        // sorted: -100 1 2 3 4 5 6 900; two off at each end leave 2 3 4 5
        Assert.Equal(3.5, Statistics.InterquartileMean([[900, 1, 4, 3], [-100, 2, 6, 5]]), 12);
        Assert.Equal(4, Statistics.InterquartileMean([[1, 2, 9]]), 12);
        Assert.Equal(5, Statistics.InterquartileMean([[1, 4, 6, 900]]), 12);
    }

    [Fact]
    public void Probability_of_improvement_counts_pairs_and_halves_ties()
    {
        // pairs of the first environment: 2>1, 2=2, 3>1, 3>2 -> 3.5 of 4; of the second: none
        Assert.Equal(0.875 / 2, Statistics.ProbabilityOfImprovement([[2, 3], [0]], [[1, 2], [5, 6]]), 12);
        Assert.Equal(0.5, Statistics.ProbabilityOfImprovement([[7, 7]], [[7, 7]]), 12);
    }

    [Fact]
    public void Bootstrap_is_repeatable_and_depends_on_its_seed()
    {
        double[][] strata = [[1, 2, 3, 4, 5], [10, 20, 30]];
        var first = Bootstrap.Interval(strata, Statistics.InterquartileMean, resamples: 500, seed: 3);
        Assert.Equal(first, Bootstrap.Interval(strata, Statistics.InterquartileMean, resamples: 500, seed: 3));
        Assert.NotEqual(first, Bootstrap.Interval(strata, s => s[0].Average() + 0.001 * s[1][0], resamples: 500, seed: 4));
        Assert.True(first.Low < first.High);
    }

    [Fact]
    public void Bootstrap_draws_within_strata_only()
    {
        // one value per stratum: every draw is the data itself, so the interval is a point; across strata it would not be
        var interval = Bootstrap.Interval([[1], [100]], s => s[1][0] - s[0][0], resamples: 200);
        Assert.Equal((99, 99), interval);
    }

    [Fact]
    public void Bootstrap_of_a_mean_has_the_width_theory_gives()
    {
        // the mean of n draws from {0, 1} has standard deviation sqrt(p q / n); 95 % are within 1.96 of them
        double[] coins = [.. Enumerable.Range(0, 400).Select(i => i < 100 ? 1.0 : 0.0)];
        var (low, high) = Bootstrap.Interval([coins], s => s[0].Average());
        double deviation = Math.Sqrt(0.25 * 0.75 / 400);
        Assert.Equal(0.25 - 1.96 * deviation, low, 0.004);
        Assert.Equal(0.25 + 1.96 * deviation, high, 0.004);
    }
}

using MbMix.Cluster;
using MbMix.Comparison;

namespace MbMix.Tests.Cluster.Unit;

/// <summary>When a sweep is expected to end.</summary>
public sealed class TimeToGoTests
{
    [Theory]
    // two at a time, and the third begins when the first of them ends
    [InlineData(2, 20.0, 10.0, 10.0, 10.0)]
    [InlineData(1, 30.0, 10.0, 10.0, 10.0)]
    [InlineData(8, 10.0, 10.0, 10.0, 10.0)]
    // the long one takes as long as it takes
    [InlineData(4, 100.0, 1.0, 2.0, 100.0)]
    // in the order of the queue: 3, then 1, 1 and 1 beside it
    [InlineData(2, 4.0, 3.0, 1.0, 1.0, 2.0)]
    public void Runs_take_the_cores_that_become_free_first(int cores, double expected, params double[] seconds) =>
        Assert.Equal(expected, TimeToGo.Of([.. seconds.Select(s => Run("a", s))], cores)["a"]);

    [Fact]
    public void A_run_of_several_cores_waits_for_all_of_them_and_one_of_too_many_takes_all()
    {
        Assert.Equal(15, TimeToGo.Of([Run("a", 10), Run("a", 4), Run("a", 5, cores: 2)], 2)["a"]);
        Assert.Equal(15, TimeToGo.Of([Run("a", 10), Run("a", 5, cores: 1000)], 2)["a"]);
    }

    [Fact]
    public void Sweeps_share_the_cores_in_the_order_of_the_queue()
    {
        var ends = TimeToGo.Of([Run("a", 10), Run("b", 10), Run("b", 10), Run("a", 5)], 1);
        Assert.Equal((35, 30), (ends["a"], ends["b"]));
    }

    [Fact]
    public void Nothing_is_said_of_what_nobody_knows()
    {
        Assert.Empty(TimeToGo.Of([], 2));
        // without runners, it may take for ever
        Assert.Empty(TimeToGo.Of([Run("a", 10)], 0));
        var ends = TimeToGo.Of([Run("a", 10), Run("b", 7, known: false)], 1);
        Assert.Equal(10, ends["a"]);
        Assert.False(ends.ContainsKey("b"));
    }

    [Fact]
    public void Absurd_numbers_of_cores_cost_neither_time_nor_memory()
    {
        var runs = Enumerable.Repeat(Run("a", 1, cores: int.MaxValue), 3).ToList();
        Assert.Equal(3, TimeToGo.Of(runs, int.MaxValue)["a"]);
        Assert.Equal(1, TimeToGo.Of([Run("a", 1)], int.MaxValue)["a"]);
    }

    [Theory]
    [InlineData(null, null, "1 of 3 runs ended, 1 at work on 2 of 4 cores")]
    [InlineData(0.999, null, "1 of 3 runs ended, 1 at work on 2 of 4 cores, 99 % of the steps")]
    [InlineData(0.5, 3725.9, "1 of 3 runs ended, 1 at work on 2 of 4 cores, 50 % of the steps, 1:02:05 to go")]
    [InlineData(0.5, 1e300, "1 of 3 runs ended, 1 at work on 2 of 4 cores, 50 % of the steps")]
    public void A_line_says_what_is_known(double? share, double? seconds, string expected)
    {
        var work = new Dictionary<string, RunGlance> { ["folder"] = new(100, double.NaN) };
        Assert.Equal(expected, new SweepProgress(false, 1, 3, 2, 4, share, seconds, work).ToString());
    }

    private static PendingRun Run(string sweep, double seconds, int cores = 1, bool known = true) =>
        new(sweep, cores, seconds, known);
}

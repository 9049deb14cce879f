using MbMix.Algo.MBMIX;

namespace MbMix.Tests.Unit;

/// <summary>Whether a model is good enough for imagined updates.</summary>
public sealed class ModelTrusts
{
    [Fact]
    public void It_holds_while_the_average_of_some_ten_windows_is_at_most_the_limit()
    {
        var trust = new ModelTrust(0.1, learned: true);
        Assert.False(trust.Holds);
        trust.Observe(0.5);
        Assert.False(trust.Holds);
        // 0.5 * 0.9^n falls below 0.1 with n = 16
        for (int n = 1; n <= 16; n++)
        {
            Assert.False(trust.Holds);
            trust.Observe(0);
        }
        Assert.True(trust.Holds);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e30)]
    public void One_prediction_beyond_all_bounds_counts_as_no_prediction(double error)
    {
        var trust = new ModelTrust(0.2, learned: true);
        trust.Observe(0);
        trust.Observe(error);
        Assert.True(trust.Holds);
        for (int n = 0; n < 10; n++) trust.Observe(error);
        Assert.False(trust.Holds);
    }

    [Fact]
    public void A_model_that_does_not_learn_is_trusted_and_with_a_limit_of_one_any_is()
    {
        var exact = new ModelTrust(0, learned: false);
        exact.Observe(double.NaN);
        Assert.True(exact.Holds);
        var bad = new ModelTrust(1, learned: true);
        for (int n = 0; n < 30; n++) bad.Observe(5);
        Assert.True(bad.Holds);
    }
}

using MbMix.Learning;

namespace MbMix.Tests.Unit.Learning;

public sealed class MemoryEstimates
{
    [Fact]
    public void What_fits_is_allowed_and_what_does_not_is_refused_with_the_numbers()
    {
        var estimate = new MemoryEstimate().Add(1000, 2e6).Add(10, 1e8);
        Assert.Equal(3e9, estimate.Bytes);
        estimate.Require(3e9, ("algo.environments", 1000));
        var e = Assert.Throws<ConfigurationException>(() => estimate.Require(2.9e9, ("algo.environments", 1000), ("algo.horizon", 32)));
        Assert.Equal("algo.environments=1000, algo.horizon=32: this takes about 3 GB of memory, but this machine has 2.9 GB. Choose smaller values.", e.Message);
    }

    [Fact]
    public void An_array_that_cannot_exist_is_refused_whatever_the_memory()
    {
        var e = Assert.Throws<ConfigurationException>(() => new MemoryEstimate().Add(1e6, 1, 3000).Require(1e15, ("algo.environments", 1_000_000)));
        Assert.Contains("a single array of 3 GB, but 2.1 GB is the limit", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_counts_its_weights_and_may_be_too_large()
    {
        Assert.Equal((3 * 5 + 5 * 7 + 7 * 2) * 24.0, new MemoryEstimate().AddNetwork("algo.hidden", 3, [5, 7], 2).Bytes);
        var e = Assert.Throws<ConfigurationException>(() => new MemoryEstimate().AddNetwork("algo.hidden", 3, [65536, 65536], 2));
        Assert.Contains("algo.hidden", e.Message, StringComparison.Ordinal);
    }
}

using MbMix.Learning;

namespace MbMix.Tests.Unit;

public sealed class MlpSizes
{
    [Theory]
    [InlineData(1_000_000, 1_000_000, "1,000,004,000,000 weights; at most 268,435,456")]
    [InlineData(int.MaxValue, int.MaxValue, "weights; at most 268,435,456")]
    [InlineData(8, 0, "every one must be at least 1")]
    public void A_network_that_cannot_be_made_is_refused_in_one_line(int first, int second, string expected)
    {
        string message = Assert.Throws<MbMixException>(
            () => new Mlp(3, [first, second], 1, Activation.Elu, layerNorm: false)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}

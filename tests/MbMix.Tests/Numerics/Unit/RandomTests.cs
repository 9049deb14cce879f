using MbMix.Numerics;

namespace MbMix.Tests.Unit.Learning;

public sealed class RandomTests
{
    // the known-answer vectors published with the generator
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_words(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x, uint y, uint z, uint w) =>
        Assert.Equal(new PhiloxBlock(x, y, z, w), Philox.Block(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void Numbers_are_functions_of_seed_stream_lane_and_counter()
    {
        float[] a = Draw(1, "noise", 7, 0), again = Draw(1, "noise", 7, 0);
        Assert.Equal(a, again);
        Assert.Equal(a[..5], Draw(1, "noise", 7, 0, 5));
        Assert.NotEqual(a, Draw(2, "noise", 7, 0));
        Assert.NotEqual(a, Draw(1, "start", 7, 0));
        Assert.NotEqual(a, Draw(1, "noise", 8, 0));
        Assert.NotEqual(a, Draw(1, "noise", 7, 1));
        Assert.NotEqual(Draw(1, "noise", 1L << 32, 0), Draw(1, "noise", 0, 0));
    }

    [Fact]
    public void Uniform_and_normal_numbers_have_the_right_moments()
    {
        const int n = 200_000;
        var u = new float[n];
        var z = new float[n];
        var random = new CounterRandom(3, "moments");
        random.Uniform(u, 0);
        random.Normal(z, 1);
        Assert.InRange(u.Min(), 0f, 1e-4f);
        Assert.InRange(u.Max(), 1 - 1e-4f, 1f);
        Assert.Equal(0.5, u.Average(), 0.003);
        Assert.Equal(1 / 12.0, u.Average(x => (x - 0.5) * (x - 0.5)), 0.001);
        Assert.Equal(0, z.Average(), 0.01);
        Assert.Equal(1, z.Average(x => (double)x * x), 0.015);
        Assert.Equal(0, z.Average(x => (double)x * x * x), 0.04);
        Assert.Equal(3, z.Average(x => (double)x * x * x * x), 0.12);
        Assert.Equal(0, z.Zip(z.Skip(1), (a, b) => (double)a * b).Average(), 0.01);
    }

    [Fact]
    public void Integers_cover_their_range_evenly_and_permutations_are_permutations()
    {
        var counts = new int[7];
        var drawn = new int[70_000];
        new CounterRandom(1, "pick").Integers(drawn, 7, 0);
        foreach (int i in drawn) counts[i]++;
        Assert.All(counts, c => Assert.InRange(c, 9_600, 10_400));

        var order = new int[50];
        new CounterRandom(1, "order").Permutation(order, 3);
        Assert.NotEqual(Enumerable.Range(0, 50), order);
        Assert.Equal(Enumerable.Range(0, 50), order.Order());
    }

    private static float[] Draw(long seed, string stream, long counter, int lane, int count = 9)
    {
        var values = new float[count];
        new CounterRandom(seed, stream).Normal(values, counter, lane);
        return values;
    }
}

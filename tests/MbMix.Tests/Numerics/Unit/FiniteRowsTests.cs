using MbMix.Numerics;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Numerics;

public sealed class FiniteRowsTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Every_place_and_every_kind_is_found(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (int width in new[] { 1, 3, 16, 37 })
        {
            var values = randn(5, width, type);
            Assert.True(values.AllFinite());
            for (int column = 0; column < width; column++)
            {
                foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
                {
                    var spoiled = values.clone();
                    spoiled[3, column] = tensor(bad, type);
                    Assert.False(spoiled.AllFinite());
                    var marks = new[] { true, false, false, false, false };
                    Assert.True(spoiled.MarkNotFinite(marks));
                    Assert.Equal([true, false, false, true, false], marks);
                }
            }
        }
    }

    [Fact]
    public void The_largest_numbers_are_finite()
    {
        using var scope = NewDisposeScope();
        var marks = new bool[2];
        Assert.False(full(2, 40, (double)float.MaxValue).MarkNotFinite(marks));
        Assert.True(full(2, 40, double.MaxValue, dtype: ScalarType.Float64).AllFinite());
        Assert.Equal([false, false], marks);
    }

    [Fact]
    public void Other_strides_do_not_matter()
    {
        using var scope = NewDisposeScope();
        var values = zeros(4, 3);
        values[1, 2] = tensor(double.NaN);
        var marks = new bool[3];
        Assert.True(values.t().MarkNotFinite(marks));
        Assert.Equal([false, false, true], marks);
    }
}

using MbMix.Comparison;

namespace MbMix.Tests.Unit;

public sealed class CompareCurves
{
    [Fact]
    public void A_curve_is_interpolated_linearly_and_held_beyond_its_ends()
    {
        var curve = new LearningCurve([0, 10, 30], [0, 100, 0]);
        Assert.Equal(0, curve.At(-5));
        Assert.Equal(50, curve.At(5));
        Assert.Equal(100, curve.At(10));
        Assert.Equal(25, curve.At(25));
        Assert.Equal(0, curve.At(31));
    }

    [Fact]
    public void A_band_covers_only_what_all_seeds_cover()
    {
        var band = CurveBand.Of([new([0, 100], [0, 100]), new([20, 60], [7, 7]), new([10, 80], [50, 50])]);
        Assert.Equal(20, band.X[0]);
        Assert.Equal(60, band.X[^1]);
        Assert.Equal(20, band.Median[0], 9);
        Assert.Equal(50, band.Median[^1], 9);
        Assert.Equal(7, band.Low[^1], 9);
        Assert.Equal(60, band.High[^1], 9);
    }

    [Fact]
    public void Curves_without_a_common_stretch_have_no_band()
    {
        Assert.Empty(CurveBand.Of([new([0, 1], [0, 0]), new([2, 3], [0, 0])]).X);
        Assert.Empty(CurveBand.Of([new([0, 1], [0, 0]), new([], [])]).X);
        Assert.Empty(CurveBand.Of([]).X);
    }

    [Fact]
    public void Curves_of_a_single_point_give_a_band_of_that_point()
    {
        var band = CurveBand.Of([new([5], [1]), new([5], [3])]);
        Assert.Equal([5.0], band.X);
        Assert.Equal([2.0], band.Median);
    }

    [Fact]
    public void A_table_reads_quoted_fields_and_leaves_out_a_line_that_is_still_being_written()
    {
        var table = CsvTable.Parse("env_steps,note,mean\n64,\"a, \"\"b\"\"\",-1.5\r\n128,c,NaN\n192,d,-0.");
        Assert.Equal(2, table.Rows);
        Assert.Equal(64, table.Number(0, "env_steps"));
        Assert.Equal(-1.5, table.Number(0, "mean"));
        Assert.True(double.IsNaN(table.Number(1, "mean")));
        Assert.True(double.IsNaN(table.Number(0, "note")));
        Assert.True(double.IsNaN(table.Number(0, "absent")));
        Assert.False(table.Has("absent"));
        Assert.Null(table.Fault);
    }

    [Theory]
    [InlineData("64,1\n128,2\n", "64 128", null)]
    [InlineData("64,1\n64,1\n128,2\n", "64 128", null)]
    [InlineData("64,1\nhello, world, you\n128,2\n", "64 128", "line 3 has 3 fields, 2 are expected.")]
    [InlineData("128,2\n64,1\n", "64", "line 2: env_steps is 128, after 0.")]
    [InlineData("64,1\n1e15,2\n128,3\n", "64 128", "line 3: env_steps is 1e15, after 64.")]
    [InlineData("64,1\n1e23,2\n", "64", "line 3: env_steps is 1e23, after 64.")]
    [InlineData("64,1\n,2\n-3,2\n128,3\n", "64 128", "line 3: env_steps is , after 64.")]
    public void Lines_that_cannot_be_are_left_out_and_the_first_of_them_is_named(string lines, string steps, string? fault)
    {
        var table = CsvTable.Parse("env_steps,mean\n" + lines);
        Assert.Equal(steps, string.Join(' ', Enumerable.Range(0, table.Rows).Select(row => table.Number(row, "env_steps"))));
        Assert.Equal(fault, table.Fault);
    }
}

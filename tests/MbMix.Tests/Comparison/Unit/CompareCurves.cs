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
    }
}

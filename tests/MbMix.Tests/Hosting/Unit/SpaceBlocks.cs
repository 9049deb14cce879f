namespace MbMix.Tests.Unit;

/// <summary>Arrays among the components of a space.</summary>
public sealed class SpaceBlocks
{
    [Fact]
    public void An_array_names_its_components_by_item_and_axis()
    {
        var space = SpaceSpec.Array("position", "m", [4, 7], "x", "y", "z");
        Assert.Equal(
            ["position 4 x", "position 4 y", "position 4 z", "position 7 x", "position 7 y", "position 7 z"],
            space.Dimensions.Select(d => d.Name));
        Assert.All(space.Dimensions, d => Assert.Equal("m", d.Unit));
        var block = Assert.Single(space.Blocks);
        Assert.Equal(("position", 0, 6), (block.Name, block.First, block.Size));
        Assert.Equal([2, 3], block.Shape);
    }

    [Fact]
    public void Joined_spaces_keep_their_order_and_their_blocks_move_along()
    {
        var space = SpaceSpec.Join(
            SpaceSpec.Box(-1, 1, "time"), SpaceSpec.Array("position", "m", [0, 1], "x", "y"), SpaceSpec.Array("velocity", "m/s", [0], "x", "y"));
        Assert.Equal(["time", "position 0 x", "position 0 y", "position 1 x", "position 1 y", "velocity 0 x", "velocity 0 y"], space.Dimensions.Select(d => d.Name));
        Assert.Equal([("position", 1), ("velocity", 5)], space.Blocks.Select(b => (b.Name, b.First)));
    }

    [Fact]
    public void An_array_without_components_is_refused()
    {
        Assert.Contains("'none' has no components", Assert.Throws<ArgumentException>(() => SpaceSpec.Array("none", "m", [], "x")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SpaceSpec.Array("none", "m", [1]));
    }

    [Fact]
    public void A_size_beyond_all_components_is_no_small_one() =>
        Assert.Equal(int.MaxValue, new SpaceBlock("huge", 0, [65536, 65536, 65536, 65536]).Size);
}

using System.Text.Json.Nodes;
using MbMix.Hosting;

namespace MbMix.Tests.Unit;

/// <summary>The attributes of a plugin's options, in sentences; and what a plugin's own checks throw.</summary>
public sealed class HostOptionLimitsTests
{
    [Theory]
    [InlineData("word", "\"\"", "s.word = \"\": a text, not empty, is expected.")]
    [InlineData("code", "\"abc\"", "s.code = \"abc\": a text, of the form [0-9]+, is expected.")]
    [InlineData("name", "\"abcdef\"",
        "s.name = \"abcdef\": a text, at least 2 characters, at most 4 characters, is expected.")]
    [InlineData("even", "3", "s.even = 3: give an even number.")]
    [InlineData("limited", "11", "s.limited = 11: s.limited goes to eleven, but not here.")]
    [InlineData("unsuited", "3", "s.unsuited = 3: a whole number is expected.")]
    [InlineData("choice", "4", "s.choice = 4: a whole number among 1, 2 is expected.")]
    [InlineData("shares", "[0.5, 2]", "s.shares = [0.5,2]: its element 2 is 2; 0 to 1 is expected.")]
    [InlineData("shares", "[0.5, \"NaN\"]", "s.shares = [0.5,\"NaN\"]: its element 2 is NaN; 0 to 1 is expected.")]
    [InlineData("sizes", "[0]", "s.sizes = [0]: its element 1 is 0; 1 to 65536 is expected.")]
    [InlineData("strict", "1", "s.strict = 1: a whole number is expected.")]
    [InlineData("stern", "1", "s.stern = 1: stern says no.")]
    [InlineData("least", "-1", "s.least = -1: a whole number of at least 0 is expected.")]
    public void A_value_beyond_the_limits_is_explained(string key, string value, string expected) =>
        Assert.Equal(expected, Assert.Single(Errors(key, value)));

    [Fact]
    public void Too_many_layers_are_refused() => Assert.EndsWith(
        ": at most 255 elements are expected.",
        Assert.Single(Errors("sizes", $"[{string.Join(',', Enumerable.Repeat("1", 256))}]")), StringComparison.Ordinal);

    [Fact]
    public void Options_are_checked_together_only_if_each_is_fine()
    {
        Assert.Equal(
            "s: the plugin's own check fails on these values; `mbmix describe` shows what each option expects.",
            Assert.Single(Errors("trouble", "true")));
        Assert.Equal("s.least: must not be seven.", Assert.Single(Errors("least", "7")));
        var json = new JsonObject { ["trouble"] = true, ["least"] = -1 };
        Assert.Equal("s.least = -1: a whole number of at least 0 is expected.", Assert.Single(Bind(json)));
    }

    private static List<string> Errors(string key, string value) =>
        Bind(new JsonObject { [key] = JsonNode.Parse(value) });

    private static List<string> Bind(JsonObject json)
    {
        var errors = new List<string>();
        OptionsBinder.Bind(typeof(LimitedOptions), json, "s", errors);
        return errors;
    }
}

using System.Text;
using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>What the reader of all documents accepts and refuses, and how it says so.</summary>
public sealed class SoundDocuments
{
    [Theory]
    [InlineData("", "d is empty; a JSON object is expected.")]
    [InlineData(" \n", "d is empty; a JSON object is expected.")]
    [InlineData("null", "d: the document is null; a JSON object is expected.")]
    [InlineData("[1, 2]", "d: the document is a list of 2; a JSON object is expected.")]
    [InlineData("""{ "n": 1, "n": 2 }""", "d: 'n' appears twice; each key is expected once.")]
    [InlineData("""{ "a": [{ "b": 1, "b": 2 }] }""", "d: 'a[0].b' appears twice; each key is expected once.")]
    [InlineData("""{ "n": "\ud800" }""", "d: 'n' has a lone surrogate; whole characters are expected.")]
    [InlineData("""{ "\udc00": 1 }""", "d: a key in the document has a lone surrogate; whole characters are expected.")]
    [InlineData("""{ "n": 1e999 }""", "d: 'n' is 1e999; a number between -1.8e308 and 1.8e308 is expected.")]
    [InlineData("""{ "n": 9223372036854775808 }""", "d: 'n' is 9223372036854775808; a whole number of 64 bits is expected.")]
    [InlineData("""{ "n": 1.5 }""", "d: 'n' is 1.5; a whole number of 64 bits is expected.")]
    [InlineData("""{ "n": "Infinity" }""", "d: 'n' is \"Infinity\"; a whole number of 64 bits is expected.")]
    [InlineData("""{ "n": [] }""", "d: 'n' is a list of 0; a whole number of 64 bits is expected.")]
    [InlineData("""{ "n": {} }""", "d: 'n' is an object; a whole number of 64 bits is expected.")]
    [InlineData("""{ "n": null }""", "d: 'n' is null; a whole number of 64 bits is expected.")]
    [InlineData("{}", "d: 'n' is missing; a whole number is expected.")]
    [InlineData("""{ "n": 1, }""", "d is not valid JSON: line 1, byte 11: ")]
    public void An_error_names_the_document_the_key_what_came_and_what_is_expected(string json, string expected) =>
        Assert.StartsWith(
            expected,
                Assert.Throws<MbMixException>(
                    () => Read(json, DocumentKind.Record).Get("n", "a whole number").Integer()).Message,
                        StringComparison.Ordinal);

    [Theory]
    [InlineData("{ \"n\": 1 }", 1)]
    [InlineData("\uFEFF{ \"n\": 1 }", 1)]
    [InlineData("{ \"n\": 1e3 }", 1000)]
    [InlineData("{ \"n\": -9223372036854775808 }", long.MinValue)]
    public void What_is_sound_is_read(string json, long expected) =>
        Assert.Equal(expected, Read(json, DocumentKind.Record).Get("n", "").Integer());

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_found()
    {
        byte[] content = [.. Encoding.UTF8.GetBytes("{ \"n\": \"" + new string('é', 500)), 0xC3, 0x28, .. "\" }"u8];
        var error = Assert.Throws<MbMixException>(() => DocumentReader.Parse(content, "d", DocumentKind.Record));
        Assert.Matches(@"^d is not valid JSON: it is not UTF-8 near byte 10[01]\d\.$", error.Message);
    }

    [Fact]
    public void Depth_values_and_bytes_are_bounded()
    {
        Assert.Contains(
            "depth of 64",
                Refused(string.Concat(Enumerable.Repeat("[", 65)) + string.Concat(Enumerable.Repeat("]", 65))),
                    StringComparison.Ordinal);
        Assert.Contains(
            "too many values",
                Refused("[" + string.Join(',', Enumerable.Repeat("0", DocumentKind.Record.MaximumValues)) + "]"),
                    StringComparison.Ordinal);
        Assert.Contains(
            "at most 16777216 bytes are read", Refused(new string(' ', DocumentKind.Record.MaximumBytes + 1)),
                StringComparison.Ordinal);
    }

    [Fact]
    public void Long_values_and_keys_are_cut_in_the_middle()
    {
        string x = new('x', 10_000);
        var value = Read($$"""{ "n": "{{x}}" }""", DocumentKind.Record);
        Assert.Matches(
            "^d: 'n' is \"x+ ... x+\"; a whole number of 64 bits is expected.$",
            Assert.Throws<MbMixException>(() => value.Get("n", "").Integer()).Message);
        var key = Read($$"""{ "{{x}}": 1 }""", DocumentKind.Record);
        Assert.Matches("^d: the key 'x+ ... x+' is unknown.", Assert.Throws<MbMixException>(() => key.AllowOnly("n")).Message);
        Assert.Equal(300, OneLine.Limit(x).Length);
        Assert.Equal("a b  c", OneLine.Limit("a\nb\u2028\0c"));
        Assert.DoesNotContain(
            '\ud83d', OneLine.Limit(string.Concat(Enumerable.Repeat("\ud83d\ude00", 400)))
                .Replace("\ud83d\ude00", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("algo.layers={\"a\":1,\"a\":2}", "'a' appears twice")]
    [InlineData("env.spread=1e999", "env.spread: the value is 1e999; a number between")]
    [InlineData("run.budget=9223372036854775808", "a whole number of at least 1 is expected")]
    [InlineData("run.budget=Infinity", "a whole number of at least 1 is expected")]
    [InlineData("algo.layers=null", "algo.layers = null: a list of whole numbers such as [64, 64] is expected")]
    [InlineData("algo.noise=null", "an object is expected")]
    [InlineData("algo.message=null", "a text is expected")]
    [InlineData("algo.message=\"\\ud800\"", "lone surrogate")]
    public void A_setting_is_read_like_a_document(string setting, string expected) => Assert.Contains(
        expected,
            Assert.Throws<ConfigurationException>(
                () => HostRuns.Sessions().Resolve(HostRuns.Request with { Settings = [setting] })).Message,
                    StringComparison.Ordinal);

    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b-c_1", true)]
    [InlineData("...", true)]
    [InlineData("é", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("/a", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("c:", false)]
    [InlineData("a\0", false)]
    [InlineData("a\n", false)]
    public void A_plain_name_leads_nowhere(string name, bool plain)
    {
        Assert.Equal(plain, ClosedFolder.IsPlainName(name));
        Assert.True(ClosedFolder.IsPlainName(ClosedFolder.PlainName(name)));
    }

    [Fact]
    public void Half_a_character_is_no_name() => Assert.False(ClosedFolder.IsPlainName("\ud800"));

    private static DocumentValue Read(string json, DocumentKind kind) =>
        DocumentReader.Parse(Encoding.UTF8.GetBytes(json), "d", kind);

    private static string Refused(string json) =>
        Assert.Throws<MbMixException>(() => Read(json, DocumentKind.Record)).Message;
}

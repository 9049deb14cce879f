using System.Text;
using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>A config.json that a person has edited: an error is one line with file and key.</summary>
public sealed class HostConfigFileTests : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("seed", null, "'seed' is missing; a whole number is expected.")]
    [InlineData("seed", "\"5\"", "'seed' is \"5\"; a whole number of 64 bits is expected.")]
    [InlineData("seed", "1.5", "'seed' is 1.5; a whole number of 64 bits is expected.")]
    [InlineData("seed", "1e30", "'seed' is 1e30; a whole number of 64 bits is expected.")]
    [InlineData("threads", "0", "'threads' is 0; a whole number between 1 and 1024 is expected.")]
    [InlineData("threads", "1025", "'threads' is 1025; a whole number between 1 and 1024 is expected.")]
    [InlineData("threads", null, "'threads' is missing; a number of threads is expected.")]
    [InlineData("run", null, "'run' is missing; an object with options is expected.")]
    [InlineData("env", null, "'env' is missing; an object with options is expected.")]
    [InlineData("algo", null, "'algo' is missing; an object with options is expected.")]
    [InlineData("algo", "null", "'algo' is null; a JSON object is expected.")]
    [InlineData("env", "[]", "'env' is a list of 0; a JSON object is expected.")]
    [InlineData("environment", null, "'environment' is missing; the id of an environment is expected.")]
    [InlineData("algorithm", "\"\"", "'algorithm' is \"\"; a text that is not empty is expected.")]
    [InlineData("model", "3", "'model' is 3; a JSON object is expected.")]
    [InlineData("preset", "3", "'preset' is 3; a text is expected.")]
    [InlineData("sed", "1", "the key 'sed' is unknown. Did you mean 'seed'?")]
    public void A_wrong_key_is_named_with_the_file(string key, string? value, string expected)
    {
        var config = Sound();
        config.Remove(key);
        if (value is not null) config[key] = JsonNode.Parse(value);
        Assert.Equal($"{folder["config.json"]}: {expected}", Refused(config.ToJsonString()));
    }

    [Theory]
    [InlineData("", "is empty; a JSON object is expected.")]
    [InlineData("[]", ": the document is a list of 0; a JSON object is expected.")]
    [InlineData("{ \"seed\": 1, \"seed\": 2 }", ": 'seed' appears twice; each key is expected once.")]
    [InlineData("{ // a note\n \"seed\": 1 }", "is not valid JSON: line 1, byte 3: comments are not allowed.")]
    public void A_wrong_document_is_named(string text, string expected)
    {
        string message = Refused(text);
        Assert.StartsWith(folder["config.json"], message, StringComparison.Ordinal);
        Assert.EndsWith(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm()
    {
        File.WriteAllText(folder["config.json"], Sound().ToJsonString(), new UTF8Encoding(true));
        var back = HostRuns.Sessions().Resolve(RunFolder.Open(folder.Path).ReadConfig(), []);
        Assert.Equal(Sound().ToJsonString(), back.ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("horizon", "100", "config.json: algo.horizon = 100: a whole number from 1 to 64 is expected.")]
    [InlineData("horizn", "1", "config.json: algo.horizn is unknown. Did you mean 'horizon'?")]
    public void A_wrong_option_is_named_with_its_section(string key, string value, string expected)
    {
        var config = Sound();
        config["algo"]![key] = JsonNode.Parse(value);
        var sessions = HostRuns.Sessions();
        Assert.Equal(
            expected, Assert.Throws<ConfigurationException>(() => sessions.Resolve(config, [])).Message);
    }

    private static JsonObject Sound() => HostRuns.Sessions().Resolve(HostRuns.Request).ToJson();

    private string Refused(string text)
    {
        File.WriteAllText(folder["config.json"], text);
        return Assert.Throws<ConfigurationException>(() => RunFolder.Open(folder.Path).ReadConfig()).Message;
    }
}

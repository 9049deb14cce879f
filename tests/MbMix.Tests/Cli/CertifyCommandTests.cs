using System.Text.Json;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary><c>mbmix certify</c>: a score for what keeps its promises, one line for what does not.</summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class CertifyCommandTests(BuiltPlugins plugins)
{
    [Fact]
    public void A_sound_component_is_certified_and_the_reports_say_so()
    {
        using var command = new HostCommand();
        var result = command.Run(
            "certify", "point-mass", "--each", "--json", command["report.json"], "--csv", command["table.csv"]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.EndsWith("certified: 1 of 1\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("  outputs: shapes and types: passed in ", result.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(File.ReadAllText(command["report.json"]));
        var component = json.RootElement.GetProperty("components")[0];
        Assert.True(json.RootElement.GetProperty("certified").GetBoolean());
        Assert.Equal("stub/point-mass-v1", component.GetProperty("id").GetString());
        int count = component.GetProperty("count").GetInt32();
        Assert.InRange(count, 30, component.GetProperty("checks").GetArrayLength());
        string row = File.ReadAllLines(command["table.csv"])[1];
        Assert.StartsWith($"stub/point-mass-v1,environment,certified,{count},{count},", row, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_is_named_with_what_to_do()
    {
        using var command = new HostCommand();
        var result = command.Run("certify", "test/point-v1");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(
            "  test/point-v1: Observe: memory shared with the state given came; expected memory of its own. The caller",
            result.Output, StringComparison.Ordinal);
        Assert.Contains("test/point-v1: NOT certified, ", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("certified: 0 of 1\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_created_is_one_finding()
    {
        using var command = new HostCommand();
        var result = command.Run("certify", "test/point-v1", "--set", "env.broken=true");
        Assert.Equal(1, result.ExitCode);
        string line = Assert.Single(result.Output.Split('\n'), l => l.StartsWith("  test/", StringComparison.Ordinal));
        const string reason = "could not be created: InvalidOperationException: broken on request";
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Contains("0 of ", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no plugin or component 'blind-pont'. Did you mean 'blind-point'?", "blind-pont")]
    [InlineData("there is no section 'envv'. Did you mean 'env'?", "blind-point", "--set", "envv.spread=2")]
    [InlineData("env.spred is unknown. Did you mean 'spread'?", "blind-point", "--set", "env.spred=2")]
    [InlineData("There is no environment 'stub/linear-v1'.", "ascent", "--task", "stub/linear-v1")]
    public void A_wrong_request_is_one_line(string line, params string[] arguments)
    {
        using var command = new HostCommand();
        var result = command.Run(["certify", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(line, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_samples_are_certified()
    {
        string[] names = ["Samples.MbMix.Sim.Pendulum", "quadrotor-hover", "random-search"];
        var result = await Shell.RunAsync(Shell.MbMix, ["certify", .. names, "--plugins", plugins.Good]);
        Assert.True(result.Code == 0, result.Output + result.Error);
        Assert.Equal("certified: 3 of 3", result.OutputLines[^1]);
    }
}

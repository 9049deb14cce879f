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
            "certify", "mutant-env", "--each", "--json", command["report.json"], "--csv", command["table.csv"]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.EndsWith("certified: 1 of 1\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("  outputs: shapes and types: passed in ", result.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(File.ReadAllText(command["report.json"]));
        var component = json.RootElement.GetProperty("components")[0];
        Assert.True(json.RootElement.GetProperty("certified").GetBoolean());
        Assert.Equal("test/mutant-env-v1", component.GetProperty("id").GetString());
        int count = component.GetProperty("count").GetInt32();
        Assert.InRange(count, 30, component.GetProperty("checks").GetArrayLength());
        string row = File.ReadAllLines(command["table.csv"])[1];
        Assert.StartsWith($"test/mutant-env-v1,environment,certified,{count},{count},", row, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_is_named_though_the_host_refuses_the_component()
    {
        using var command = new HostCommand();
        var result = command.Run("certify", "mutant-env", "--set", "env.mistake=RewardAsColumn");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(
            "  test/mutant-env-v1: reward of Step: Float32 [5, 1] came; expected Float32 [5].", result.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "  test/mutant-env-v1: accepted by the host: MbMixException 'plugin MbMix.Tests.Plugin", result.Output,
            StringComparison.Ordinal);
        Assert.EndsWith("certified: 0 of 1\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no plugin or component 'mutant-enw'. Did you mean 'mutant-env'?", "mutant-enw")]
    [InlineData("there is no section 'envv'. Did you mean 'env'?", "mutant-env", "--set", "envv.mistake=None")]
    [InlineData("env.mistak is unknown. Did you mean 'mistake'?", "mutant-env", "--set", "env.mistak=None")]
    [InlineData("There is no environment 'stub/linear-v1'.", "mutant-algo", "--task", "stub/linear-v1")]
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

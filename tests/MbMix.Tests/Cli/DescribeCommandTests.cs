using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary><c>mbmix describe</c>: what a person needs to know before setting an option.</summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class DescribeCommandTests
{
    [Fact]
    public async Task An_algorithm_is_described_with_options_limits_meanings_and_presets()
    {
        var result = await Shell.RunAsync(Shell.MbMix, ["describe", "shac"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("mbmix/shac-v1  (algorithm of plugin MbMix.Algo.SHAC)", result.OutputLines);
        Assert.Contains("Needs an environment with gradients.", result.OutputLines);
        int horizon = Array.IndexOf([.. result.OutputLines], "horizon = 32  (a whole number, 1 to 100000)");
        Assert.True(horizon >= 0, result.Output);
        Assert.Contains("Number of steps H in a window", result.OutputLines[horizon + 1]);
        Assert.Contains(result.OutputLines, l => l.StartsWith("shac-ant: mbmix/shac-v1 on diffrl/ant-v1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_environment_is_described_with_its_sizes_and_gradients()
    {
        var result = await Shell.RunAsync(Shell.MbMix, ["describe", "diffrl/hopper"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains(result.OutputLines, l => l.Contains("State 12, observation 11, action 3", StringComparison.Ordinal));
        Assert.Contains(result.OutputLines, l => l.Contains("Exact gradients", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Arrays_of_components_are_described_as_such()
    {
        var result = await Shell.RunAsync(Shell.MbMix, ["describe", "fold-cloth-1"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains(result.OutputLines, l => l.Contains("Arrays in the state: position [", StringComparison.Ordinal) && l.Contains(", 3] from 0, velocity [", StringComparison.Ordinal));
        Assert.Contains(result.OutputLines, l => l.Contains("Arrays in the observation: position [512, 3] from 0.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_name_gets_the_nearest_one()
    {
        var result = await Shell.RunAsync(Shell.MbMix, ["describe", "shax"]);
        Assert.Equal(2, result.Code);
        Assert.Contains("There is nothing called 'shax'. Did you mean 'shac'?", result.Error);
    }

    [Fact]
    public void Every_option_of_ours_has_a_meaning_and_a_default()
    {
        foreach (var component in HostRuns.Sessions(BundledPlugins.All()).Catalog.Components)
        {
            if (component.Plugin == "MbMix.Tests.Plugin") continue;
            var options = OptionDescriptions.Of(component.OptionsType);
            Assert.All(options, o => Assert.True(o.Meaning.Length > 0 && o.Default.Length > 0 && o.Type.Length > 0, $"{component.Id}: {o.Key}"));
            Assert.Equal(options.Count, options.Select(o => o.Key).Distinct().Count());
        }
    }
}

using System.Globalization;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>Plugins compiled against earlier contracts of this major version work without being rebuilt.</summary>
public sealed class OlderPlugins
{
    private static readonly string Folder = Path.Combine(Shell.Root, "tests", "data", "plugins-2.0");

    [Fact]
    public void They_were_compiled_against_the_first_contracts_of_this_major_version()
    {
        string[] files = Directory.GetFiles(Folder, "*.dll", SearchOption.AllDirectories);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.Equal("2.0", PluginMetadata.TryRead(file)?.ContractVersion));
        Assert.StartsWith("2.", ContractVersion.Current, StringComparison.Ordinal);
    }

    [Fact]
    public void They_are_loaded_without_a_complaint()
    {
        var catalog = new PluginCatalog([], [Folder]);
        Assert.Empty(catalog.Problems);
        string[] expected = ["samples/pendulum-swingup-v1", "samples/random-search-v1"];
        Assert.Equal(expected, catalog.Components.Select(c => c.Id).Order());
    }

    [Fact]
    public async Task They_train_with_each_other()
    {
        string output = await Train("pendulum-swingup", "random-search", "--budget", "160000");

        // a random policy scores about -250, and hanging still about -190
        double reached = double.Parse(output["evaluation return: ".Length..], CultureInfo.InvariantCulture);
        Assert.InRange(reached, -185, 200);
    }

    [Theory]
    [InlineData("pendulum-swingup", "shac")]
    [InlineData("cartpole-swingup", "random-search")]
    public async Task They_train_with_the_plugins_of_today(string environment, string algorithm) =>
        Assert.StartsWith(
            "evaluation return: ", await Train(environment, algorithm, "--budget", "10000"), StringComparison.Ordinal);

    private static async Task<string> Train(string environment, string algorithm, params string[] more)
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-older-").FullName;
        try
        {
            var result = await Shell.RunAsync(
                Shell.MbMix,
                [
                    "train", environment, "--algo", algorithm, .. more, "--set", "run.evaluations=1", "--threads", "1",
                    "--plugins", Folder, "--out", Path.Combine(folder, "run"),
                ]);
            Assert.True(result.Code == 0, result.Error);
            Assert.DoesNotContain("warning: plugin", result.Error);
            return result.OutputLines[^1];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

using System.Diagnostics;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>A plugin gets its own versions of libraries that the host has, too, and the host keeps its own.</summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class PrivateDependencies(BuiltPlugins plugins)
{
    private const string Versions = "Spectre.Console 0.49.1, SharpZipLib 1.4.1";

    [Theory]
    [InlineData("Spectre.Console")]
    [InlineData("ICSharpCode.SharpZipLib")]
    public void Host_and_plugin_have_the_library_in_different_versions(string library)
    {
        string own = Path.Combine(plugins.Private, "Private.Dependency", library + ".dll");
        string ofHost = Path.Combine(Shell.Host, library + ".dll");
        Assert.NotEqual(Version(ofHost), Version(own));
    }

    [Fact]
    public async Task The_plugin_gets_its_versions()
    {
        var result = await Shell.RunAsync(Shell.MbMix, ["list", "--plugins", plugins.Private]);
        Assert.Equal(0, result.Code);
        bool Lists(string line) => line.StartsWith("test/counter-v1 ", StringComparison.Ordinal);
        Assert.EndsWith(Versions, Assert.Single(result.OutputLines, Lists));
        Assert.DoesNotContain(result.OutputLines, l => l.StartsWith("plugin ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_plugin_works_in_a_run_in_which_the_host_uses_its_own()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-train-").FullName;
        try
        {
            string[] command =
            [
                "train", "test/counter-v1", "--algo", "ppo", "--budget", "2000", "--set", "run.evaluations=1",
                "--threads", "1", "--plugins", plugins.Private, "--out", Path.Combine(folder, "run"),
            ];
            var result = await Shell.RunAsync(Shell.MbMix, command);
            Assert.True(result.Code == 0, result.Error);
            Assert.Contains($"checksum CBF43926 with {Versions}", result.ErrorLines);
            Assert.Equal("evaluation return: 10.0", result.OutputLines[^1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Version(string path) => FileVersionInfo.GetVersionInfo(path).ProductVersion;
}

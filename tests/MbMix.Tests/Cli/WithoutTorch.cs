using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>
/// On a system without libtorch, what needs no tensors works and gives the same bytes, and everything else says in one line
/// what is missing.
/// </summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class WithoutTorch(HostWithoutTorch host) : IClassFixture<HostWithoutTorch>
{
    private const string Environment = "diffrl/cartpole-swingup-v1";
    private const string Recorded = """
        { "state": [[0, 3, 0.1, 0], [0.2, 1, 0, -0.5], [0, -3, 0, 1]], "actions": [[[0.5], [-1], [2]], [[-0.25], [1], [0]], [[0], [0.1], [0.3]]] }
        """;

    [Fact]
    public async Task Environments_are_listed_and_described()
    {
        var list = await host.RunAsync("list");
        Assert.Equal((0, ""), (list.Code, list.Error));
        Assert.Contains("diffrl/ant-v1", list.Output, StringComparison.Ordinal);
        var describe = await host.RunAsync("describe", "diffrl/hopper");
        Assert.Equal((0, ""), (describe.Code, describe.Error));
        Assert.Contains("State 12, observation 11, action 3", describe.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_package_for_clusters_its_commands_say_what_is_missing()
    {
        string[][] commands = [["cluster", "status", "127.0.0.1"], ["cluster", "serve"], ["cluster", "join", "127.0.0.1"]];
        foreach (string[] command in commands)
        {
            var result = await host.RunAsync(command);
            Assert.Equal(1, result.Code);
            Assert.StartsWith("error: The package for clusters is not installed: there is no ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_library_that_was_copied_in_part_is_named_before_it_ends_the_process()
    {
        const string name = "libtorch_cpu.so";
        string place = Path.Combine(host.Host, name), whole = Directory.EnumerateFiles(Shell.Host, "libLibTorchSharp.so", SearchOption.AllDirectories).First();
        Assert.False(ElfFile.IsCutOff(whole));
        byte[] bytes = await File.ReadAllBytesAsync(whole, TestContext.Current.CancellationToken);
        try
        {
            await File.WriteAllBytesAsync(place, bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
            var train = await host.RunAsync("train", Environment, "--algo", "shac", "--out", "cut");
            Assert.Equal((1, ""), (train.Code, train.Output));
            Assert.Matches(@"^error: This needs libtorch, .*libtorch_cpu\.so is cut off\)\.?$", train.Error.Trim());
            Assert.False(Directory.Exists(Path.Combine(host.Folder, "cut")));
            var list = await host.RunAsync("list");
            Assert.Equal((0, ""), (list.Code, list.Error));
        }
        finally
        {
            File.Delete(place);
        }
    }

    [Fact]
    public async Task Nothing_is_copied_from_packages_that_somebody_has_restored()
    {
        var describe = await host.RunAsync("describe", "cartpole-swingup");
        Assert.Equal((0, ""), (describe.Code, describe.Error));
        Assert.DoesNotContain("TorchSharp", describe.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(host.Host, "libtorch*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_rollout_with_its_gradient_has_the_same_bytes()
    {
        await File.WriteAllTextAsync(Path.Combine(host.Folder, "in.json"), Recorded, TestContext.Current.CancellationToken);
        string[] Arguments(string output) => ["rollout", Environment, "--state", "in.json", "--actions", "in.json", "--gradient", "--out", output];
        var without = await host.RunAsync(Arguments("without.json"));
        Assert.Equal((0, "", ""), (without.Code, without.Output, without.Error));
        var with = await Shell.RunAsync(Shell.MbMix, Arguments("with.json"), host.Folder);
        Assert.Equal((0, ""), (with.Code, with.Error));
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(host.Folder, "with.json"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(Path.Combine(host.Folder, "without.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_policy_of_a_run_is_evaluated()
    {
        string run = Path.Combine(host.Folder, "run");
        var train = await Shell.RunAsync(
            Shell.MbMix, ["train", Environment, "--algo", "shac", "--budget", "4096", "--set", "run.evaluations=0", "--set", "run.evaluationEpisodes=8", "--out", run]);
        Assert.True(train.Code == 0, train.Error);
        var eval = await host.RunAsync("eval", run);
        Assert.Equal(0, eval.Code);
        Assert.Equal(train.OutputLines[^1], eval.OutputLines[^1]);
    }

    [Theory]
    [InlineData("train", Environment, "--algo", "shac", "--out", "lost")]
    [InlineData("compare", "--env", Environment, "--algo", "shac", "--seeds", "1", "--out", "lost")]
    [InlineData("view", Environment, "--out", "lost.html")]
    [InlineData("certify", Environment)]
    [InlineData("study", "gradient-variance", "--out", "lost")]
    public async Task Everything_else_says_in_one_line_what_is_missing(params string[] command)
    {
        var result = await host.RunAsync(command);
        Assert.Equal((1, ""), (result.Code, result.Output));
        string error = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: This needs libtorch, whose native libraries cannot be loaded: publish or install MbMix for ", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(host.Folder), f => Path.GetFileName(f).StartsWith("lost", StringComparison.Ordinal));
    }
}

using System.Diagnostics;
using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>
/// Plugins that hang or end the process: somebody says who it was, and the next start can leave it out.
/// </summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class FatalPlugins(BuiltPlugins plugins) : IDisposable
{
    private const string Told =
        "warning: the last start ended while loading Fatal.Plugin; --without Fatal.Plugin skips it";
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("hang")]
    [InlineData("hang in the static constructor")]
    public async Task One_that_hangs_is_named_while_it_does_and_at_the_next_start(string way)
    {
        using var process = Start(way, "list");
        long start = Stopwatch.GetTimestamp();
        using var patience = new CancellationTokenSource(Shell.Patience);
        string? line = await process.StandardError.ReadLineAsync(patience.Token);
        Assert.Equal("warning: plugin Fatal.Plugin has been loading for 2 seconds; --without Fatal.Plugin skips it",
            line);
        Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(1.9));
        // another start beside it takes its note for what it is: that of a living process
        var beside = await FinishAsync("", "list");
        Assert.DoesNotContain(Told, beside.Error, StringComparison.Ordinal);
        Shell.End(process);
        await SaysItOnceAsync();
    }

    [Fact]
    public async Task One_that_is_slow_is_named_and_used()
    {
        var result = await FinishAsync("slow", "list");
        Assert.Equal(0, result.Code);
        Assert.Contains(
            "warning: plugin Fatal.Plugin has been loading for 2 seconds", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Told, (await FinishAsync("", "list")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit",
        "error: the process ended while plugin Fatal.Plugin was being loaded; --without Fatal.Plugin skips it")]
    [InlineData("thread",
        "error: plugin Fatal.Plugin threw on a thread of its own: InvalidOperationException: nobody catches this; "
        + "--without Fatal.Plugin skips it")]
    [InlineData("fail fast", null)]
    [InlineData("stack overflow", null)]
    public async Task One_that_ends_the_process_is_named(string way, string? line)
    {
        var result = await FinishAsync(way, "list");
        Assert.NotEqual(0, result.Code);
        if (line is not null)
        {
            Assert.Equal(1, result.Code);
            Assert.Equal(line, Assert.Single(result.ErrorLines, l => l.StartsWith("error:", StringComparison.Ordinal)));
        }
        await SaysItOnceAsync();
    }

    [Theory]
    [InlineData("Fatal.Plugin")]
    [InlineData("fatal.plugin")]
    public async Task Without_it_everything_goes_on(string name)
    {
        var result = await FinishAsync("exit", "list", "--without", name);
        Assert.Equal(0, result.Code);
        Assert.Contains("diffrl/cartpole-swingup-v1", result.Output, StringComparison.Ordinal);
        result = await FinishAsync(
            "exit", "train", "cartpole-swingup", "--algo", "shac", "--budget", "64", "--set", "run.evaluations=0",
                "--out", folder["run"], "--without", name);
        Assert.True(result.Code == 0, result.Error);
        result = await FinishAsync("exit", "eval", folder["run"], "--episodes", "1", "--without", name);
        Assert.True(result.Code == 0, result.Error);
    }

    private async Task SaysItOnceAsync()
    {
        var next = await FinishAsync("", "list");
        Assert.Equal(0, next.Code);
        Assert.Equal(Told, Assert.Single(next.ErrorLines, l => l.Contains("last start", StringComparison.Ordinal)));
        Assert.DoesNotContain("last start", (await FinishAsync("", "list")).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.note", SearchOption.AllDirectories));
    }

    private Process Start(string way, params string[] arguments) => Shell.Start(
        Shell.MbMix, [.. arguments, "--plugins", plugins.Fatal], folder.Path,
        ("MBMIX_TEST_FATAL", way), ("XDG_DATA_HOME", folder.Path), ("DOTNET_DbgEnableMiniDump", "0"));

    private async Task<ShellResult> FinishAsync(string way, params string[] arguments)
    {
        using var process = Start(way, arguments);
        return await Shell.FinishAsync(process);
    }
}

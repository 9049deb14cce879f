using System.Diagnostics;
using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>The real command with hostile files: it ends at once, with one line and the right exit code.</summary>
public sealed class HostileCommands : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private const long MostMemory = 1L << 30;

    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Theory]
    [InlineData("a pipe", 2, "is a pipe, a socket or a device; a regular file is expected")]
    [InlineData("/dev/zero", 2, "is a symbolic link; a regular file is expected")]
    [InlineData("42 MB", 2, "has 42000000 bytes; at most 16777216 are read")]
    [InlineData("null", 2, "the document is null; a JSON object is expected")]
    public void A_hostile_configuration_ends_at_once(string what, int code, string expected)
    {
        string folder = Directory.CreateDirectory(mbmix["run"]).FullName, config = Path.Combine(folder, "config.json");
        if (what == "a pipe") Traps.Pipe(config);
        else if (what == "/dev/zero") File.CreateSymbolicLink(config, what);
        else if (what == "42 MB") File.WriteAllText(config, "[" + new string(' ', 41_999_998) + "]");
        else File.WriteAllText(config, what);
        Refused(code, expected, "train", "--resume", folder);
        Refused(code, expected, "eval", folder);
    }

    [Theory]
    [InlineData("a pipe", "a pipe, a socket or a device; a regular file is expected")]
    [InlineData("/dev/zero", "a pipe, a socket or a device; a regular file is expected")]
    [InlineData("huge", "has 64424509440 bytes; at most 67108864 are read")]
    [InlineData("1e999", "'actions[0][0][0]' is 1e999; a number between -1.8e308 and 1.8e308 is expected")]
    [InlineData("twice", "'actions' appears twice")]
    public void A_hostile_rollout_file_ends_at_once(string what, string expected)
    {
        File.WriteAllText(mbmix["s.json"], """{ "state": [[1, 0]] }""");
        string actions = what == "/dev/zero" ? what : mbmix["a.json"];
        if (what == "a pipe") Traps.Pipe(actions);
        else if (what == "huge") Traps.Huge(actions, 60L << 30);
        else if (what == "1e999") File.WriteAllText(actions, """{ "actions": [[[1e999]]] }""");
        else if (what == "twice") File.WriteAllText(actions, """{ "actions": [[[1]]], "actions": [[[2]]] }""");
        Refused(1, expected, "rollout", "point", "--state", "s.json", "--actions", actions, "--out", "o.json");
        Assert.False(File.Exists(mbmix["o.json"]));
    }

    [Theory]
    [InlineData("The path of the run folder is empty", "train", "--resume", "")]
    [InlineData("The path of the run folder is empty", "eval", "")]
    [InlineData("The path of the run is empty", "train", "point", "--algo", "ascent", "--out", "")]
    [InlineData("The path of a plugin folder is empty", "train", "point", "--algo", "ascent", "--plugins", "")]
    [InlineData("The path of the comparison is empty", "compare", "--env", "point", "--algo", "ascent", "--out", "")]
    [InlineData("The name of the experiment is empty", "compare", "--experiment", "")]
    [InlineData("--without MbMix.Tests.Plugn: there is no such plugin. Did you mean 'MbMix.Tests.Plugin'?", "list",
        "--without", "MbMix.Tests.Plugn")]
    [InlineData("LONG", "train", "LONG", "--algo", "ascent")]
    [InlineData("LONG", "train", "point", "--algo", "ascent", "--set", "LONG")]
    [InlineData("LONG", "train", "point", "--algo", "ascent", "--set", "algo.horizon=LONG")]
    [InlineData("LONG", "train", "point", "--algo", "ascent", "--budget", "LONG")]
    [InlineData("LONG", "eval", "LONG")]
    [InlineData("LONG", "study", "LONG")]
    [InlineData("LONG", "LONG")]
    public void Hostile_arguments_get_one_short_line(string expected, params string[] arguments) =>
        Refused(2, expected == "LONG" ? "xxxx ... xxxx"
            : expected, [.. arguments.Select(a => a.Replace("LONG", new string('x', 5000), StringComparison.Ordinal))]);

    [Fact]
    public void A_plugin_that_is_a_pipe_or_a_device_is_no_assembly()
    {
        foreach (string name in new[] { "Acme.Pipe", "Acme.Zero" }) Directory.CreateDirectory(
            Path.Combine(mbmix.Plugins, name));
        Traps.Pipe(Path.Combine(mbmix.Plugins, "Acme.Pipe", "Acme.Pipe.dll"));
        File.CreateSymbolicLink(Path.Combine(mbmix.Plugins, "Acme.Zero", "Acme.Zero.dll"), "/dev/zero");
        var result = mbmix.Run("list");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(
            "plugin Acme.Pipe: Acme.Pipe.dll is not a .NET assembly", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "plugin Acme.Zero: Acme.Zero.dll is not a .NET assembly", result.Output, StringComparison.Ordinal);
    }

    private void Refused(int code, string expected, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp(), memory = 0;
        var process = mbmix.Begin(arguments);
        using (new Timer(_ => memory = Math.Max(memory, WorkingSet(process)), null, 0, 20))
        {
            var result = HostCommand.Finish(process);
            Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
            string line =
                Assert.Single(result.Error.Split('\n'), l => l.StartsWith("error: ", StringComparison.Ordinal));
            Assert.Contains(expected, line, StringComparison.Ordinal);
            Assert.All(result.Error.Split('\n'), l => Assert.True(l.Length <= 300, l));
            Assert.DoesNotContain("--verbose", result.Error, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\b\w+Exception\b|   at \w", result.Error);
        }
        Assert.True(Stopwatch.GetElapsedTime(start) < Longest,
            $"{OneLine.Value(string.Join(' ', arguments))} took {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
        Assert.True(memory < MostMemory, $"{memory >> 20} MiB");
    }

    private static long WorkingSet(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // it has ended
            return 0;
        }
    }
}

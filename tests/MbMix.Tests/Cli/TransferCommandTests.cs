using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

public sealed class TransferCommandTests : IDisposable
{
    private readonly HostCommand mbmix = new();

    public TransferCommandTests()
    {
        var trained = mbmix.Run("train", "point", "--algo", "ascent", "--budget", "1e3", "--out", mbmix["run"]);
        Assert.Equal((0, ""), (trained.ExitCode, string.Join("; ", trained.Errors)));
    }

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void The_tables_and_the_file_have_the_same_numbers()
    {
        var result = mbmix.Run("transfer", "--policy", "run", "--from", "point", "--to", "point", "--episodes", "5", "--states", "7", "--out", "t.csv", "--set", "to.spread=2");
        Assert.Equal((0, ""), (result.ExitCode, string.Join("; ", result.Errors)));
        string[][] lines = [.. File.ReadAllLines(mbmix["t.csv"]).Select(l => l.Split(','))];
        Assert.Equal(["quantity", "count", "low", "middle", "high"], lines[0]);
        Assert.Equal(["return test/point-v1", "return test/point-v1", "return difference", "next state", "observation", "reward"], lines[1..7].Select(l => l[0]));
        Assert.All(lines[1..4], l => Assert.Equal("5", l[1]));
        Assert.All(lines[4..], l => Assert.Equal("7", l[1]));
        // other starts, other returns; the same dynamics at the same states
        Assert.NotEqual(lines[1][3], lines[2][3]);
        Assert.All(lines[4..], l => Assert.Equal(("0", "0", "0"), (l[2], l[3], l[4])));
        double mean = double.Parse(lines[1][3], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(FormattableString.Invariant($" {mean:0.0} |"), result.Output, StringComparison.Ordinal);
        Assert.Contains("one control step of test/point-v1 from test/point-v1, at 7 states", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A policy cannot go from test/point-v1 to diffrl/hopper-v1: observation 0 is 'position' in one and 'root z' in the other.", "--to", "diffrl/hopper-v1")]
    [InlineData("There is no environment 'piont'. Did you mean 'point'?", "--to", "piont")]
    [InlineData("'spread=2': settings of a transfer begin with 'from.' or 'to.'.", "--to", "point", "--set", "spread=2")]
    [InlineData("Did you mean 'spread'?", "--to", "point", "--set", "to.spred=2")]
    [InlineData("--states -1: a whole number is expected, 0 to 1000000.", "--to", "point", "--states", "-1")]
    [InlineData("--episodes 0: a whole number is expected, 1 to 1000000.", "--to", "point", "--episodes", "0")]
    [InlineData("transfer needs --to ENVIRONMENT: environment to transfer to, by id or name, or a model file (MJCF or URDF).")]
    public void An_error_is_one_line(string text, params string[] arguments)
    {
        var result = mbmix.Run(["transfer", "--policy", "run", "--from", "point", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(text, Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void No_run_no_policy()
    {
        var result = mbmix.Run("transfer", "--policy", "nowhere", "--from", "point", "--to", "point");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no run folder nowhere", Assert.Single(result.Errors), StringComparison.Ordinal);
    }
}

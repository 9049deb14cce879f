using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>Plugins built outside the solution: the good ones mix with ours, each bad one gets one line that says why.</summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class StrangersPlugins(BuiltPlugins plugins)
{
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["Bad.MissingDependency"] = "needs Missing.Helper",
        ["Bad.Incompatible"] = $"was built for contract version 99.0, but this host has {ContractVersion.Current}",
        ["Bad.PrivateContracts"] = "carries its own MbMix.Abstractions.dll",
        ["Bad.ThrowingConstructor"] = "InvalidOperationException: the constructor gives up",
        ["Bad.NoRegistration"] = "does not implement IMbMixPlugin",
        ["Bad.NotAnAssembly"] = "is not a .NET assembly",
        ["Bad.Empty"] = "has no assembly",
        ["Bad.DuplicateId"] = "samples/pendulum-swingup-v1 is already registered by plugin Samples.MbMix.Sim.Pendulum",
    };

    [Fact]
    public async Task List_shows_the_good_ones_and_one_line_for_each_bad_one()
    {
        var result = await Shell.RunAsync(Shell.MbMix, ["list", "--plugins", plugins.Good, "--plugins", plugins.Bad]);
        Assert.Equal(0, result.Code);
        Assert.Contains(result.OutputLines, l => l.StartsWith("samples/pendulum-swingup-v1 ", StringComparison.Ordinal) && l.Contains("Swing up"));
        Assert.Contains(result.OutputLines, l => l.StartsWith("samples/random-search-v1 ", StringComparison.Ordinal));
        foreach (var (name, reason) in Reasons)
        {
            string line = Assert.Single(result.OutputLines, l => l.StartsWith($"plugin {name}:", StringComparison.Ordinal));
            Assert.Contains(reason, line);
        }
        Assert.Equal(Reasons.Count, result.OutputLines.Count(l => l.StartsWith("plugin Bad.", StringComparison.Ordinal)));
        Assert.DoesNotContain("   at ", result.Output + result.Error);
    }

    [Fact]
    public async Task The_samples_train_together_beside_the_bad_ones()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-train-").FullName;
        try
        {
            var result = await Shell.RunAsync(Shell.MbMix, ["train", "pendulum-swingup", "--algo", "random-search", "--budget", "320000", "--threads", "1", "--plugins", plugins.Good, "--plugins", plugins.Bad, "--out", Path.Combine(folder, "run")]);
            Assert.Equal(0, result.Code);
            foreach (string name in Reasons.Keys) Assert.Single(result.ErrorLines, l => l.StartsWith($"warning: plugin {name}:", StringComparison.Ordinal));

            // hanging still scores about -190; a random policy no better
            double reached = double.Parse(result.OutputLines[^1]["evaluation return: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(reached, -165, 200);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("pendulum-swingup", "shac")]
    [InlineData("cartpole-swingup", "random-search")]
    [InlineData("pendulum-swingup", "mbmix", "--model", "exact")]
    public async Task The_samples_mix_with_ours_without_recompiling_anything(string environment, string algorithm, params string[] more)
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-train-").FullName;
        try
        {
            var result = await Shell.RunAsync(Shell.MbMix, ["train", environment, "--algo", algorithm, .. more, "--budget", "10000", "--set", "run.evaluations=1", "--plugins", plugins.Good, "--out", Path.Combine(folder, "run")]);
            Assert.True(result.Code == 0, result.Error);
            Assert.StartsWith("evaluation return: ", result.OutputLines[^1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_quadrotor_learns_from_its_own_preset()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-train-").FullName;
        try
        {
            var result = await Shell.RunAsync(Shell.MbMix, ["train", "quadrotor-hover", "--algo", "shac", "--budget", "102400", "--set", "run.evaluations=1", "--threads", "1", "--plugins", plugins.Good, "--out", Path.Combine(folder, "run")]);
            Assert.True(result.Code == 0, result.Error);

            // untrained it scores about -280, hovering from the start would give 300
            double reached = double.Parse(result.OutputLines[^1]["evaluation return: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(reached, 200, 300);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_task_on_MuJoCo_learns_beside_our_own()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-train-").FullName;
        try
        {
            var result = await Shell.RunAsync(Shell.MbMix, ["train", "ball-on-beam", "--algo", "shac", "--budget", "20000", "--set", "run.evaluations=1", "--threads", "1", "--plugins", plugins.Good, "--out", Path.Combine(folder, "run")]);
            Assert.True(result.Code == 0, result.Error);

            // without learning the ball rolls off; in the middle from the start would give 150
            double reached = double.Parse(result.OutputLines[^1]["evaluation return: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(reached, 100, 150);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("pendulum-swingup", "throws", "plugin Bad.ThrowingAlgorithm (bad/throws-v1) threw in iteration 3: InvalidOperationException: the third time is one too many")]
    [InlineData("bad/unmakeable-v1", "random-search", "bad/unmakeable-v1 (plugin Bad.ThrowingEnvironment) could not be created: InvalidOperationException: no environment today")]
    public async Task A_plugin_that_throws_later_ends_the_run_with_one_line(string environment, string algorithm, string message)
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-train-").FullName;
        try
        {
            var result = await Shell.RunAsync(Shell.MbMix, ["train", environment, "--algo", algorithm, "--plugins", plugins.Good, "--plugins", plugins.Bad, "--out", Path.Combine(folder, "run")]);
            Assert.Equal(1, result.Code);
            Assert.Equal("error: " + message, Assert.Single(result.ErrorLines, l => l.StartsWith("error:", StringComparison.Ordinal)));
            Assert.DoesNotContain("   at ", result.Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

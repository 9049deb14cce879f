using System.Globalization;
using System.Text.RegularExpressions;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>The ten lines that act with a trained policy, without environment, optimizer, host or native library.</summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class PolicySample
{
    [Fact]
    public async Task It_acts_without_allocating_and_without_libtorch()
    {
        var build = await Shell.RunAsync("dotnet", ["build", "-c", Shell.Configuration, "samples/policy"]);
        Assert.True(build.Code == 0, build.Output + build.Error);
        string output = Path.Combine(Shell.Root, "samples", "policy", "bin", Shell.Configuration, "net10.0");
        Assert.DoesNotContain(Directory.GetFiles(output, "*", SearchOption.AllDirectories), f => Path.GetFileName(f).StartsWith("libtorch", StringComparison.Ordinal));

        string folder = Directory.CreateTempSubdirectory("mbmix-policy-").FullName;
        try
        {
            string run = Path.Combine(folder, "run");
            var train = await Shell.RunAsync(
                Shell.MbMix,
                ["train", "cartpole-swingup", "--algo", "shac", "--budget", "4096", "--set", "run.evaluations=0", "--out", run]);
            Assert.True(train.Code == 0, train.Error);

            // the algorithm need not even be there
            var eval = await Shell.RunAsync(Shell.MbMix, ["eval", run, "--without", "Algo.SHAC"]);
            Assert.True(eval.Code == 0, eval.Error);
            Assert.Equal(train.OutputLines[^1], eval.OutputLines[^1]);

            var act = await Shell.RunAsync(Path.Combine(output, "Samples.Policy"), [Path.Combine(run, "policy", "policy.safetensors")]);
            Assert.True(act.Code == 0, act.Error);
            var numbers = Regex.Match(act.Output, @"^(?<us>[0-9.]+) us and (?<bytes>[0-9.]+) bytes per action; \[(?<action>[-0-9.E]+)\]$", RegexOptions.Multiline);
            Assert.True(numbers.Success, act.Output);
            Assert.Equal(0, double.Parse(numbers.Groups["bytes"].Value, CultureInfo.InvariantCulture));
            Assert.InRange(double.Parse(numbers.Groups["action"].Value, CultureInfo.InvariantCulture), -1, 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

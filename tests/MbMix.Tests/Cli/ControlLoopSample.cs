using System.Text.RegularExpressions;
using MbMix.Learning;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>The control loop at a fixed rate, built from packages, without host, plugin or native library.</summary>
[Collection(PackagedSamplesCollection.Name)]
public sealed class ControlLoopSample(PackagedSamples samples) : IDisposable
{
    private readonly HostFolder folder = new();

    private string Policy => folder["policy.safetensors"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_keeps_its_rate_and_allocates_nothing()
    {
        string output = Path.GetDirectoryName(samples.ControlLoop)!;
        Assert.DoesNotContain(
            Directory.GetFiles(output, "*", SearchOption.AllDirectories),
            f => Path.GetFileName(f).StartsWith("libtorch", StringComparison.Ordinal));
        using (var session = CartPoleRuns.Sessions().Create(CartPoleRuns.Request("shac")))
        {
            session.Iterate();
            PolicyFile.Write(Policy, session.ExportPolicy()!);
        }

        var run = await Shell.RunAsync(samples.ControlLoop, [Policy, "500", "1"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal("0 bytes allocated, 0 collections", run.OutputLines[3]);
        var counts = Regex.Match(run.OutputLines[0], @"^500 ticks at 500 Hz, (\d+) missed$");
        Assert.True(counts.Success, run.Output);
        var lateness = Regex.Match(run.OutputLines[1], @"^lateness: p50 (\d+) us, p99 \d+ us, worst (\d+) us$");
        Assert.True(lateness.Success, run.Output);
        Assert.Matches(@"^work: p50 \d+ us, p99 \d+ us, worst \d+ us$", run.OutputLines[2]);
        // a busy machine is late at times, but half of the ticks are not late by a whole period
        Assert.InRange(int.Parse(lateness.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 0, 2000);
    }

    [Fact]
    public async Task What_it_cannot_use_is_refused_in_one_line()
    {
        var usage = await Shell.RunAsync(samples.ControlLoop, [Policy, "0"]);
        Assert.Equal(2, usage.Code);
        Assert.Contains("1 to 10000 ticks", Assert.Single(usage.ErrorLines), StringComparison.Ordinal);
        var absent = await Shell.RunAsync(samples.ControlLoop, [Policy]);
        Assert.Equal((1, $"error: {Policy} cannot be used: there is no such file.\n"), (absent.Code, absent.Error));

        using var env = new LearningPredictiveMass();
        using var run = new LearningRun("shac", 1, env);
        PolicyFile.Write(Policy, ((IExportablePolicy)run.Optimizer.Policy).Export(env.Spec, "mbmix/shac-v1"));
        var foreign = await Shell.RunAsync(samples.ControlLoop, [Policy]);
        Assert.Equal(
            (2, $"error: The policy is for {env.Spec.Id}; this plant needs one for diffrl/cartpole-swingup-v1.\n"),
            (foreign.Code, foreign.Error));
    }
}

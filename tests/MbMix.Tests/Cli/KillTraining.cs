using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>MB-MIX on the cart-pole, killed again and again.</summary>
public sealed class KillTraining : IDisposable
{
    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void Killed_ten_times_a_training_writes_the_same_numbers()
    {
        // the wide critic makes a checkpoint of some megabytes, so that its write is long enough to be met
        string[] settings = [.. CartPoleRuns.Small("mbmix"), "run.budget=12288", "run.checkpointEvery=2", "algo.criticHidden=[512,512]", "algo.criticMinibatches=1", "algo.criticPasses=1"];
        string[] arguments =
        [
            "train", CartPoleRuns.Environment, "--algo", "mbmix", "--model", "sobolev-mlp", "--preset", "none", "--seed", "7", "--threads", "1",
            .. settings.SelectMany(s => new[] { "--set", s }),
        ];
        var whole = mbmix.Run([.. arguments, "--out", mbmix["whole"]]);
        Assert.Equal((0, ""), (whole.ExitCode, string.Join("; ", whole.Errors)));

        var kills = new HostKills(mbmix, "killed", seed: 11);
        var result = kills.Train(
            [
                HostKill.WhileWriting, HostKill.AfterProgress, HostKill.WhileWriting, HostKill.AnyTime, HostKill.WhileWriting,
                HostKill.AfterProgress, HostKill.WhileWriting, HostKill.AnyTime, HostKill.WhileWriting, HostKill.AfterProgress,
            ],
            arguments);
        Assert.Equal((0, ""), (result.ExitCode, string.Join("; ", result.Errors)));
        Assert.True(kills.WhileWriting >= 3, $"only {kills.WhileWriting} kills fell into a write");
        Assert.Equal(whole.LastLine, result.LastLine);
        Assert.Equal(HostRuns.Comparable(mbmix["whole"]), HostRuns.Comparable(mbmix["killed"]));
    }
}

using MbMix.Algo.SHAC;
using MbMix.Hosting;
using MbMix.Sim.MuJoCoFD;
using MbMix.Tests.Support;

namespace MbMix.Tests.Learning;

/// <summary>From the plugins to a better policy: simulation, differences, float64 states, episodes of 50 steps.</summary>
[Collection(HostRuns.Collection)]
public sealed class ShacLearnsOnMuJoCo
{
    [Fact]
    public void To_reach()
    {
        MuJoCoEnvs.Make("mujoco/reacher-v5").Dispose();
        using var session = HostRuns.Sessions(new SimMuJoCoFDPlugin(), new ShacPlugin()).Create(new TrainingRequest
        {
            Environment = "reacher",
            Algorithm = "shac",
            Preset = "none",
            Threads = 1,
            Budget = 16_000,
            Settings = ["algo.environments=16", "algo.horizon=10", "algo.actorHidden=[64,64]", "algo.actorLearningRate=0.003"],
        });
        double before = session.Evaluate(32).Returns.Average();
        while (!session.Finished) session.Iterate(TestContext.Current.CancellationToken);
        double after = session.Evaluate(32).Returns.Average();

        // doing nothing costs about 0.2 m, a whole episode of 50 steps about 10
        Assert.True(after > -10.5 && after > before + 1, $"{before} -> {after}");
    }
}

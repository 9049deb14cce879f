using MbMix.Algo.MBMIX;
using MbMix.Algo.SHAC;
using MbMix.Hosting;
using MbMix.Model.Sobolev;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Learning;

/// <summary>Cloth in real trainings: few iterations, with a model of its thousands of numbers and without one.</summary>
[Collection(HostRuns.Collection)]
public sealed class ClothTrainings
{
    [Theory]
    [InlineData("mbmix/shac-v1", "none")]
    [InlineData("mbmix/mbmix-v1", "mbmix/sobolev-mlp-v1")]
    public void Trainings_move_the_policy_by_finite_gradients(string algorithm, string model)
    {
        var sessions = HostRuns.Sessions(new SimNativePlugin(), new ShacPlugin(), new MbMixAlgorithmPlugin(), new SobolevModelPlugin());
        string[] withModel = model == "none" ? [] : ["algo.modelUpdates=1", "algo.modelRollouts=4"];
        using var session = sessions.Create(new TrainingRequest
        {
            Environment = "daxbench/fold-cloth-1-v1",
            Algorithm = algorithm,
            Model = model,
            Settings = ["algo.environments=4", "algo.horizon=3", "run.budget=36", .. withModel],
        });
        for (int iteration = 0; iteration < 2; iteration++)
        {
            var report = session.Iterate(CancellationToken.None);
            double norm = report.Metrics.Single(metric => metric.Name == "gradient/actor").Value;
            Assert.InRange(norm, 1e-6, 1e6);
        }
    }
}

using MbMix.Algo.MBMIX;
using MbMix.Algo.SHAC;
using MbMix.Hosting;
using MbMix.Model.Sobolev;
using MbMix.Sim.Native;

namespace MbMix.Tests.Support;

/// <summary>Trainings on the cart-pole that are small enough to be repeated, yet do everything that long ones do.</summary>
internal static class CartPoleRuns
{
    public const string Environment = "diffrl/cartpole-swingup-v1";

    /// <summary>Sessions with the algorithms.</summary>
    /// <param name="environments">The plugin that has the environment; null for that of this repository.</param>
    public static TrainingSessions Sessions(IMbMixPlugin? environments = null) => HostRuns.Sessions(
        environments ?? new SimNativePlugin(), new ShacPlugin(), new MbMixAlgorithmPlugin(), new SobolevModelPlugin());

    public static TrainingRequest Request(string algorithm, params string[] settings) => new()
    {
        Environment = Environment,
        Algorithm = algorithm,
        Model = algorithm == "mbmix" ? "sobolev-mlp" : null,
        Preset = "none",
        Seed = 3,
        Threads = 1,
        Settings = [.. Small(algorithm), .. settings],
    };

    /// <summary>
    /// 16 lanes, 4 steps: 24 iterations. The model is fitted from the second of them on; the replay buffer goes round twice.
    /// Episodes are 240 steps long, so none ends.
    /// </summary>
    public static string[] Small(string algorithm) =>
    [
        "run.budget=1536", "run.checkpointEvery=5", "run.evaluations=2", "run.evaluationEpisodes=3",
        "algo.environments=16", "algo.horizon=4", "algo.actorHidden=[16]", "algo.criticHidden=[16]", "algo.criticMinibatches=2",
        .. algorithm == "mbmix"
            ? (string[])
            [
                "algo.criticPasses=2", "algo.modelRollouts=8", "algo.modelHorizon=3", "algo.modelUpdates=2", "algo.modelWarmup=6", "algo.modelBatch=32",
                "algo.replayCapacity=500", "model.hidden=[16]", "model.minimumTransitions=100",
            ]
            : ["algo.criticPasses=2"],
    ];
}

using MbMix.Algo.APG;
using MbMix.Algo.DreamerV3;
using MbMix.Algo.LOOP;
using MbMix.Algo.MAAC;
using MbMix.Algo.MBMIX;
using MbMix.Algo.PPO;
using MbMix.Algo.SAC;
using MbMix.Model.Ensemble;
using MbMix.Model.Sobolev;

namespace MbMix.Tests.Support;

/// <summary>A small training of the point mass by one of the algorithms, with the model that it needs.</summary>
internal sealed class LearningRun : IDisposable
{
    private readonly IDynamicsModel? model;

    /// <summary>Begins a training.</summary>
    /// <param name="algorithm">One of <see cref="Algorithms"/>.</param>
    /// <param name="seed">Seed of everything.</param>
    /// <param name="env">The environment; it stays the caller's.</param>
    /// <param name="workers">Threads to share batches with; null for the calling thread alone.</param>
    /// <param name="change">Changes the options, of whichever type they are.</param>
    public LearningRun(
        string algorithm, long seed, IDifferentiableEnv env, IWorkers? workers = null, Action<object>? change = null)
    {
        Env = env;
        var context = LearningOptimizers.Context(env, seed, 100_000);
        if (workers is not null) context = context with { Workers = workers };
        switch (algorithm)
        {
            case "shac":
                Optimizer = LearningOptimizers.Shac(env, seed, 100, o => change?.Invoke(o));
                break;
            case "ppo":
                var ppo = new PpoOptions { Environments = 16, Horizon = 40, MinibatchSize = 160, Hidden = [16] };
                change?.Invoke(ppo);
                Optimizer = PpoPlugin.Create(ppo, context);
                break;
            case "sac":
                var sac = new SacOptions
                {
                    Environments = 8,
                    Horizon = 5,
                    LearningStarts = 40,
                    BatchSize = 32,
                    UpdatesPerTransition = 0.1,
                    ActorHidden = [16],
                    CriticHidden = [16],
                };
                change?.Invoke(sac);
                Optimizer = SacPlugin.Create(sac, context);
                break;
            case "maac":
                var maac = new MaacOptions
                {
                    Environments = 8,
                    Horizon = 5,
                    LearningStarts = 40,
                    BatchSize = 32,
                    UpdatesPerTransition = 0.1,
                    ActorHorizon = 1,
                    LastActions = 2,
                    CriticHorizon = 1,
                    ModelTransitions = 40,
                    ModelReplayCapacity = 200,
                    ModelEpochs = 2,
                    Blocks = 2,
                    ActorHidden = [16],
                    CriticHidden = [16],
                };
                change?.Invoke(maac);
                model = new ProbabilisticEnsemble(
                    new() { Hidden = [8], Members = 3, Elites = 2, MinimumTransitions = 32 }, Training.ModelContext(env, seed));
                Optimizer = MaacPlugin.Create(maac, context with { Model = model });
                break;
            case "apg":
                var apg = new ApgOptions { Environments = 8, Horizon = 10, ActorHidden = [16], ActorLearningRate = 1e-2 };
                change?.Invoke(apg);
                Optimizer = ApgPlugin.Create(apg, context);
                break;
            case "loop":
                var loop = new LoopOptions
                {
                    Environments = 4,
                    Horizon = 5,
                    LearningStarts = 20,
                    BatchSize = 16,
                    UpdatesPerTransition = 0.1,
                    RefitEvery = 40,
                    RefitEpochs = 2,
                    PlanIterations = 2,
                    PlanCandidates = 10,
                    PlanParticles = 1,
                    ActorHidden = [16],
                    CriticHidden = [16],
                };
                change?.Invoke(loop);
                model = new ProbabilisticEnsemble(
                    new() { Members = 3, Elites = 2, Hidden = [8], BatchSize = 16, MinimumTransitions = 20 }, Training.ModelContext(env, seed));
                Optimizer = LoopPlugin.Create(loop, context with { Model = model });
                break;
            case "dreamerv3":
                var dreamer = new DreamerV3Options
                {
                    Environments = 4,
                    Horizon = 8,
                    BatchSize = 4,
                    BatchLength = 8,
                    TrainRatio = 1,
                    WarmupUpdates = 0,
                    LearningRate = 1e-3,
                    Deter = 16,
                    Blocks = 2,
                    Hidden = 8,
                    Units = 8,
                    Layers = 1,
                    Latents = 4,
                    ImaginationHorizon = 3,
                };
                change?.Invoke(dreamer);
                Optimizer = DreamerV3Plugin.Create(dreamer, context);
                break;
            default:
                var options = new MbMixOptions
                {
                    Environments = 8,
                    Horizon = 10,
                    ActorHidden = [16],
                    CriticHidden = [16],
                    ActorLearningRate = 1e-2,
                    CriticPasses = 4,
                    ModelRollouts = 4,
                    ModelHorizon = 4,
                    ModelUpdates = 3,
                    ModelWarmup = 5,
                    ModelBatch = 16,
                };
                var sobolev = new SobolevMlpOptions { Hidden = [8], MinimumTransitions = 32, Probes = 1 };
                if (algorithm == "mbmix-imagined")
                {
                    (options.Beta, options.ImaginedUpdates, options.ImaginedRollouts, options.ImaginedHorizon) = (0, 2, 6, 5);
                    (options.Critics, options.ActionGradientCap, sobolev.Members) = (2, 3, 3);
                    (options.CriticWindows, options.ImaginedCriticPasses, options.ImaginedMaxError) = (3, 2, 0.9);
                }
                change?.Invoke(options);
                model = new SobolevMlp(sobolev, Training.ModelContext(env, seed));
                Optimizer = MbMixAlgorithmPlugin.Create(options, context with { Model = model });
                break;
        }
    }

    /// <summary>The algorithms there are.</summary>
    public static string[] Algorithms => ["shac", "mbmix", "mbmix-imagined", "ppo", "sac", "apg", "maac", "loop", "dreamerv3"];

    /// <summary>Those whose policy has no memory, so that it acts without allocating and can be exported.</summary>
    public static string[] Exportable => [.. Algorithms.Where(algorithm => algorithm != "dreamerv3")];

    /// <summary>The environment.</summary>
    public IDifferentiableEnv Env { get; }

    /// <summary>The algorithm at work.</summary>
    public IPolicyOptimizer Optimizer { get; }

    /// <summary>Everything that some iterations report, except the seconds.</summary>
    public string Trace(int iterations) => LearningOptimizers.Trace(Optimizer, iterations);

    /// <summary>The state of algorithm and model.</summary>
    public LearningCheckpoint Save()
    {
        var checkpoint = new LearningCheckpoint();
        Optimizer.Save(((ICheckpointWriter)checkpoint).Section("algorithm"));
        model?.Save(((ICheckpointWriter)checkpoint).Section("model"));
        return checkpoint;
    }

    /// <summary>Goes on from a state.</summary>
    public void Load(LearningCheckpoint checkpoint)
    {
        Optimizer.Load(((ICheckpointReader)checkpoint).Section("algorithm"));
        model?.Load(((ICheckpointReader)checkpoint).Section("model"));
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        model?.Dispose();
    }
}

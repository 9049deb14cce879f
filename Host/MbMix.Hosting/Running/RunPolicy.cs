using MbMix.Learning;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// The policy of a run with the environment that it was trained on, as evaluations and transfers need them. Where the policy was written as a file of
/// its own, neither algorithm nor model is made; else they are, from the newest checkpoint.
/// </summary>
public sealed class RunPolicy : IDisposable
{
    private readonly RunEnvironment configuration;
    private readonly TrainingSession? session;
    private readonly LoadedPolicy? loaded;
    private readonly WorkerPool? workers;

    private RunPolicy(RunEnvironment configuration, TrainingSession? session, LoadedPolicy? loaded, WorkerPool? workers, IDifferentiableEnv env)
    {
        (this.configuration, this.session, this.loaded, this.workers, Env) = (configuration, session, loaded, workers, env);
    }

    /// <summary>The policy.</summary>
    public IPolicy Policy => loaded ?? session!.Policy;

    /// <summary>The environment that it was trained on.</summary>
    public IDifferentiableEnv Env { get; }

    /// <summary>Id of the algorithm.</summary>
    public string Algorithm => configuration.Algorithm;

    /// <summary>Worker threads of the run.</summary>
    public int Threads => configuration.Threads;

    /// <summary>Environment steps of training behind it.</summary>
    public long EnvironmentSteps => loaded?.Artifact.EnvironmentSteps ?? session!.EnvironmentSteps;

    /// <summary>Opens the policy of a run.</summary>
    /// <param name="sessions">Where environments come from.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="notice">Told in one line about damaged checkpoints that were passed over.</param>
    /// <exception cref="MbMixException">The run has no usable policy.</exception>
    public static RunPolicy Open(TrainingSessions sessions, RunFolder folder, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(folder);
        var configuration = ConfigurationResolver.EnvironmentOf(sessions.Catalog, folder.ReadConfig());
        if (FileProbe.KindOf(folder.PolicyPath) == FileKind.Absent)
        {
            var session = sessions.Load(folder, notice);
            return new RunPolicy(configuration, session, null, null, session.Env);
        }
        var policy = PolicyFile.Load(folder.PolicyPath);
        if (policy.Artifact.Environment != configuration.Entry.Id)
            throw new MbMixException($"{OneLine.Path(folder.PolicyPath)} was trained on {OneLine.Value(policy.Artifact.Environment)}, but the run is on {configuration.Entry.Id}.");
        torch.set_num_threads(1);
        var workers = new WorkerPool(configuration.Threads);
        try
        {
            return new RunPolicy(configuration, null, policy, workers, sessions.CreateEnvironment(configuration.Entry, configuration.Options, workers));
        }
        catch
        {
            workers.Dispose();
            policy.Dispose();
            throw;
        }
    }

    /// <summary>Rolls the deterministic policy on the environment that it was trained on.</summary>
    /// <param name="episodes">Episodes; null for the run's number.</param>
    /// <param name="seed">Seed of the start states; null for the run's.</param>
    public EvaluationResult Evaluate(int? episodes = null, long? seed = null) => session is not null
        ? session.Evaluate(episodes, seed)
        : Evaluator.Evaluate(Env, Policy, episodes ?? configuration.Run.EvaluationEpisodes, seed ?? configuration.Run.EvaluationSeed);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (session is not null)
        {
            session.Dispose();
            return;
        }
        Env.Dispose();
        workers!.Dispose();
        loaded!.Dispose();
    }
}

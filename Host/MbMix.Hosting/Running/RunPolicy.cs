using MbMix.Learning;

namespace MbMix.Hosting;

/// <summary>
/// The policy of a run and the environment that it was trained on, for evaluation and transfer. If the run has a policy
/// file, neither the algorithm nor its model is created; otherwise both are restored from the newest checkpoint.
/// </summary>
public sealed class RunPolicy : IDisposable
{
    private readonly RunEnvironment configuration;
    private readonly TrainingSession? session;
    private readonly LoadedPolicy? loaded;
    private readonly WorkerPool? workers;

    private RunPolicy(
        RunEnvironment configuration, TrainingSession? session, LoadedPolicy? loaded, WorkerPool? workers,
        IDifferentiableEnv env)
    {
        this.configuration = configuration;
        this.session = session;
        this.loaded = loaded;
        this.workers = workers;
        Env = env;
    }

    /// <summary>The policy; it is valid until this object is disposed.</summary>
    public IPolicy Policy => loaded ?? session!.Policy;

    /// <summary>The environment that the policy was trained on; this object owns it.</summary>
    public IDifferentiableEnv Env { get; }

    /// <summary>Id of the algorithm that trained the policy.</summary>
    public string Algorithm => configuration.Algorithm;

    /// <summary>Number of worker threads of the run.</summary>
    public int Threads => configuration.Threads;

    /// <summary>Seed of the start states of the run's evaluations.</summary>
    public long EvaluationSeed => configuration.Run.EvaluationSeed;

    /// <summary>Number of environment steps that the policy was trained for.</summary>
    public long EnvironmentSteps => loaded?.Artifact.EnvironmentSteps ?? session!.EnvironmentSteps;

    /// <summary>Opens the policy of a run.</summary>
    /// <param name="sessions">Creates the environment, and a session if there is no policy file.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="notice">Receives one line about each damaged checkpoint that is skipped.</param>
    /// <exception cref="MbMixException">The run has no usable policy.</exception>
    public static RunPolicy Open(TrainingSessions sessions, RunFolder folder, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(folder);
        var configuration = ConfigurationResolver.EnvironmentOf(sessions.Catalog, folder.ReadConfig());
        if (folder.PolicyToRead() is not { } path)
        {
            var session = sessions.Load(folder, notice);
            return new RunPolicy(configuration, session, null, null, session.Env);
        }
        var policy = PolicyFile.Load(path);
        if (policy.Artifact.Environment != configuration.Entry.Id)
            throw new MbMixException(
                $"{OneLine.Path(path)} was trained on {OneLine.Value(policy.Artifact.Environment)}, but "
                + $"the run is on {configuration.Entry.Id}.");
        TorchLibrary.UseOneThread();
        var workers = new WorkerPool(configuration.Threads);
        try
        {
            var env = sessions.CreateEnvironment(configuration.Entry, configuration.Options, workers);
            try
            {
                RequireSizes(policy.Artifact, env.Spec, path);
            }
            catch
            {
                env.Dispose();
                throw;
            }
            return new RunPolicy(configuration, null, policy, workers, env);
        }
        catch
        {
            workers.Dispose();
            policy.Dispose();
            throw;
        }
    }

    // an environment made from files, or by a plugin, may have become another one
    private static void RequireSizes(PolicyArtifact policy, EnvSpec spec, string path)
    {
        var (observation, action) = (policy.Observation.Size, policy.Action.Size);
        if (observation == spec.Observation.Size && action == spec.Action.Size) return;
        throw new MbMixException(
            $"{OneLine.Path(path)} takes {observation} observations and gives {action} actions, but {spec.Id} now has "
            + $"{spec.Observation.Size} and {spec.Action.Size}: what it is made from has changed since the training.");
    }

    /// <summary>Evaluates the deterministic policy in the environment that it was trained on.</summary>
    /// <param name="episodes">Number of episodes; null for the run's setting.</param>
    /// <param name="seed">Seed of the start states; null for the run's setting.</param>
    public EvaluationResult Evaluate(int? episodes = null, long? seed = null) => session is not null
        ? session.Evaluate(episodes, seed)
        : Evaluator.Evaluate(
            Env, Policy, episodes ?? configuration.Run.EvaluationEpisodes, seed ?? configuration.Run.EvaluationSeed);

    /// <summary>
    /// Lists what has changed since the policy was trained and may change what it does, each in a few words: the
    /// environment's plugin, the host, libraries or the vector width.
    /// </summary>
    internal IReadOnlyList<string> ChangesSince(RunFolder folder, PluginCatalog catalog) =>
        RunChanges.Since(folder, catalog, Env.Spec, configuration.Entry.Id);

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

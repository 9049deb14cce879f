using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace MbMix.Hosting;

/// <summary>Makes training sessions from the plugins at hand.</summary>
public sealed class TrainingSessions
{
    private readonly MbMixHostOptions options;
    private readonly ILoggerFactory loggers;

    /// <summary>Makes the service.</summary>
    public TrainingSessions(PluginCatalog catalog, MbMixHostOptions options, ILoggerFactory loggers)
    {
        Catalog = catalog;
        this.options = options;
        this.loggers = loggers;
    }

    /// <summary>What there is to choose from.</summary>
    public PluginCatalog Catalog { get; }

    /// <summary>A session for an environment and an algorithm with the preset made for both.</summary>
    /// <param name="environment">Environment, by id or name.</param>
    /// <param name="algorithm">Algorithm, by id or name.</param>
    /// <param name="seed">Seed of the run.</param>
    public TrainingSession Create(string environment, string algorithm, long seed = 0) =>
        Create(new TrainingRequest { Environment = environment, Algorithm = algorithm, Seed = seed });

    /// <summary>A session for what is asked.</summary>
    /// <exception cref="ConfigurationException">Something is unknown, wrong or does not fit together.</exception>
    public TrainingSession Create(TrainingRequest request) => Create(Resolve(request));

    /// <summary>A session for a configuration that was resolved before.</summary>
    public TrainingSession Create(ResolvedConfiguration configuration) => Create(configuration, loggers);

    internal TrainingSession Create(ResolvedConfiguration configuration, ILoggerFactory runLoggers) => new(Catalog, configuration, runLoggers);

    /// <summary>The configuration a request leads to.</summary>
    /// <exception cref="ConfigurationException">Something is unknown or wrong.</exception>
    public ResolvedConfiguration Resolve(TrainingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ConfigurationResolver.Resolve(Catalog, request, options.Threads);
    }

    /// <summary>The configuration in a <c>config.json</c>, with changes on top.</summary>
    /// <param name="json">Content of the file.</param>
    /// <param name="settings">Settings of the form <c>section.key=value</c>.</param>
    /// <param name="seed">Another seed.</param>
    /// <param name="threads">Another number of worker threads.</param>
    /// <param name="budget">Another budget.</param>
    public ResolvedConfiguration Resolve(JsonObject json, IReadOnlyList<string> settings, long? seed = null, int? threads = null, long? budget = null) =>
        ConfigurationResolver.FromJson(Catalog, json, settings, seed, threads, budget);

    /// <summary>A session that stands where the newest checkpoint of a run stands.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="notice">Told in one line about damaged checkpoints that were passed over.</param>
    /// <exception cref="MbMixException">The run has no usable checkpoint.</exception>
    public TrainingSession Load(RunFolder folder, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var checkpoint = new CheckpointStore(folder.CheckpointsPath).LoadNewest(notice)
            ?? throw new MbMixException($"{folder.FullPath} has no checkpoint yet: `mbmix train --resume {folder.FullPath}` continues it.");
        var session = Create(Resolve(folder.ReadConfig(), []));
        try
        {
            session.Load(checkpoint.Reader, checkpoint.State);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>One environment for a rollout.</summary>
    /// <param name="environment">Environment, by id or name.</param>
    /// <param name="settings">Settings of the form <c>env.key=value</c>.</param>
    /// <param name="workers">Worker threads it may use.</param>
    public IDifferentiableEnv CreateEnvironment(string environment, IReadOnlyList<string> settings, IWorkers workers)
    {
        var entry = Catalog.Environment(environment);
        return CreateEnvironment(entry, ConfigurationResolver.EnvironmentOptions(entry, settings), workers);
    }

    internal IDifferentiableEnv CreateEnvironment(EnvironmentEntry entry, object envOptions, IWorkers workers)
    {
        return PluginGuard.Make(entry, () => entry.Create(envOptions, new EnvContext { Workers = workers, Logger = loggers.CreateLogger(entry.Id) }));
    }

    /// <summary>What a component needs or is with its default options, in sentences; nothing for an environment that cannot be made here.</summary>
    /// <param name="component">Component.</param>
    public IReadOnlyList<string> Describe(ComponentInfo component)
    {
        switch (component)
        {
            case AlgorithmEntry algorithm:
                object options = ConfigurationResolver.Options(algorithm.OptionsType, "algo", []);
                return [.. ComponentFacts.Of((AlgorithmNeeds)PluginGuard.Make(algorithm, () => (object)algorithm.Needs(options)))];
            case EnvironmentEntry environment when environment.FindUnavailable() is null:
                using (var workers = new WorkerPool(1))
                using (var env = CreateEnvironment(environment.Id, [], workers)) return [.. ComponentFacts.Of(env)];
            default:
                return [];
        }
    }

    /// <summary>A model of an environment, outside a run.</summary>
    /// <param name="model">Model, by id or name.</param>
    /// <param name="settings">Settings of the form <c>model.key=value</c>.</param>
    /// <param name="env">The environment.</param>
    /// <param name="seed">Seed of its start weights.</param>
    public IDynamicsModel CreateModel(string model, IReadOnlyList<string> settings, IDifferentiableEnv env, long seed)
    {
        var entry = Catalog.Model(model);
        object modelOptions = ConfigurationResolver.Options(entry.OptionsType, "model", settings);
        return PluginGuard.Make(entry, () => entry.Create(modelOptions, new ModelContext { Env = env, Seed = seed, Logger = loggers.CreateLogger(entry.Id) }));
    }
}

using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace MbMix.Hosting;

/// <summary>Creates training sessions, environments and models from the available plugins.</summary>
public sealed class TrainingSessions
{
    private readonly MbMixHostOptions options;
    private readonly ILoggerFactory loggers;

    /// <summary>Creates the service.</summary>
    public TrainingSessions(PluginCatalog catalog, MbMixHostOptions options, ILoggerFactory loggers)
    {
        Catalog = catalog;
        this.options = options;
        this.loggers = loggers;
    }

    /// <summary>The available environments, models, algorithms and presets.</summary>
    public PluginCatalog Catalog { get; }

    /// <summary>Creates a session for an environment and an algorithm, with the preset made for both.</summary>
    /// <param name="environment">Environment, by id or name.</param>
    /// <param name="algorithm">Algorithm, by id or name.</param>
    /// <param name="seed">Seed of the run.</param>
    public TrainingSession Create(string environment, string algorithm, long seed = 0) =>
        Create(new TrainingRequest { Environment = environment, Algorithm = algorithm, Seed = seed });

    /// <summary>Creates a session for a request.</summary>
    /// <exception cref="ConfigurationException">A name or option is unknown or invalid, or the components do not work
    /// together.</exception>
    public TrainingSession Create(TrainingRequest request) => Create(Resolve(request));

    /// <summary>Creates a session for a complete configuration.</summary>
    public TrainingSession Create(ResolvedConfiguration configuration) => Create(configuration, loggers);

    internal TrainingSession Create(ResolvedConfiguration configuration, ILoggerFactory runLoggers) =>
        new(Catalog, configuration, runLoggers);

    /// <summary>Resolves a request to a complete configuration.</summary>
    /// <exception cref="ConfigurationException">A name or option is unknown or invalid.</exception>
    public ResolvedConfiguration Resolve(TrainingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ConfigurationResolver.Resolve(Catalog, request, options.Threads);
    }

    /// <summary>Restores a configuration from a <c>config.json</c> and applies changes to it.</summary>
    /// <param name="json">Content of the file.</param>
    /// <param name="settings">Settings of the form <c>section.key=value</c>.</param>
    /// <param name="seed">Seed; null to keep the file's.</param>
    /// <param name="threads">Number of worker threads; null to keep the file's.</param>
    /// <param name="budget">Number of environment steps to train for; null to keep the file's.</param>
    public ResolvedConfiguration Resolve(
        JsonObject json, IReadOnlyList<string> settings, long? seed = null, int? threads = null, long? budget = null) =>
        ConfigurationResolver.FromJson(Catalog, json, settings, seed, threads, budget);

    /// <summary>Restores the session of a run from its newest checkpoint.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="notice">Receives one line about each damaged checkpoint that is skipped.</param>
    /// <exception cref="MbMixException">The run has no usable checkpoint.</exception>
    public TrainingSession Load(RunFolder folder, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var checkpoint = new CheckpointStore(folder.CheckpointsPath).LoadNewest(notice)
            ?? throw new MbMixException(
                OneLine.Path(folder.FullPath) + (File.Exists(folder.ResultPath)
                    ? $" is finished, but has neither policy nor checkpoint any more: {ApiTerms.Repeat} repeats it."
                    : $" has no checkpoint yet: {ApiTerms.Resume} continues it."));
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

    /// <summary>Creates an environment outside of a run, for example for a rollout; the caller owns it.</summary>
    /// <param name="environment">Environment, by id or name.</param>
    /// <param name="settings">Settings of the form <c>env.key=value</c>.</param>
    /// <param name="workers">Worker threads that the environment may use.</param>
    public IDifferentiableEnv CreateEnvironment(string environment, IReadOnlyList<string> settings, IWorkers workers)
    {
        var entry = Catalog.Environment(environment);
        return CreateEnvironment(entry, ConfigurationResolver.EnvironmentOptions(entry, settings), workers);
    }

    internal IDifferentiableEnv CreateEnvironment(EnvironmentEntry entry, object envOptions, IWorkers workers)
    {
        var context = new EnvContext { Workers = workers, Logger = loggers.CreateLogger(entry.Id) };
        return Guarded.Environment(entry, envOptions, context);
    }

    /// <summary>
    /// Describes a component with its default options: what an algorithm needs, or what an environment is like. The
    /// result is empty for models and for environments that are not usable on this machine.
    /// </summary>
    /// <param name="component">The component.</param>
    /// <returns>Sentences.</returns>
    public IReadOnlyList<string> Describe(ComponentInfo component) => Describe(component, []);

    /// <summary>
    /// Describes a component: an environment with settings of its own, anything else with its default options.
    /// </summary>
    /// <param name="component">The component.</param>
    /// <param name="settings">Settings of an environment, of the form <c>env.key=value</c>.</param>
    /// <returns>Sentences.</returns>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public IReadOnlyList<string> Describe(ComponentInfo component, IReadOnlyList<string> settings)
    {
        switch (component)
        {
            case AlgorithmEntry algorithm:
                object options = ConfigurationResolver.Options(algorithm.OptionsType, "algo", []);
                object needs = PluginGuard.Make(algorithm, () => (object)algorithm.Needs(options));
                return [.. ComponentFacts.Of((AlgorithmNeeds)needs)];
            case EnvironmentEntry environment when environment.FindUnavailable() is null:
                using (var workers = new WorkerPool(1))
                    return DescribeEnvironment(environment, settings, workers);
            default:
                return [];
        }
    }

    private IReadOnlyList<string> DescribeEnvironment(
        EnvironmentEntry environment, IReadOnlyList<string> settings, IWorkers workers)
    {
        try
        {
            using var env = CreateEnvironment(environment.Id, settings, workers);
            return [.. ComponentFacts.Of(env)];
        }
        catch (ConfigurationException e) when (settings.Count == 0)
        {
            // an environment may need a setting that has no default, such as a file
            return [OneLine.Of(e)];
        }
    }

    /// <summary>Creates a dynamics model of an environment outside of a run; the caller owns it.</summary>
    /// <param name="model">Model, by id or name.</param>
    /// <param name="settings">Settings of the form <c>model.key=value</c>.</param>
    /// <param name="env">The environment; the caller keeps ownership.</param>
    /// <param name="seed">Seed of the model's initial weights.</param>
    public IDynamicsModel CreateModel(string model, IReadOnlyList<string> settings, IDifferentiableEnv env, long seed)
    {
        var entry = Catalog.Model(model);
        object modelOptions = ConfigurationResolver.Options(entry.OptionsType, "model", settings);
        var context = new ModelContext { Env = env, Seed = seed, Logger = loggers.CreateLogger(entry.Id) };
        return Guarded.Model(entry, modelOptions, context);
    }
}

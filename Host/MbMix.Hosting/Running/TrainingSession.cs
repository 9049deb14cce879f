using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// An environment, perhaps a model, and an algorithm at work, in memory: no console, no files. One thread at a time; making a session
/// sets libtorch to one intra-op thread, because parallelism belongs to the worker pool, and seeds its global random numbers.
/// </summary>
public sealed class TrainingSession : IDisposable
{
    private const string RandomState = "torchRandomState";

    private readonly PluginCatalog catalog;
    private readonly WorkerPool workers;
    private readonly IDynamicsModel? model;
    private readonly IPolicyOptimizer optimizer;

    internal TrainingSession(PluginCatalog catalog, ResolvedConfiguration configuration, ILoggerFactory loggers)
    {
        this.catalog = catalog;
        Configuration = configuration;
        var environmentEntry = catalog.Environment(configuration.Environment);
        var algorithmEntry = catalog.Algorithm(configuration.Algorithm);
        var modelEntry = configuration.Model is { } name ? catalog.Model(name) : null;

        torch.set_num_threads(1);
        // layers initialize themselves from the global generator unless told otherwise
        torch.random.manual_seed(configuration.Seed);
        workers = new WorkerPool(configuration.Threads);
        try
        {
            Env = PluginGuard.Make(environmentEntry, () => environmentEntry.Create(configuration.EnvironmentOptions, new EnvContext { Workers = workers, Logger = loggers.CreateLogger(environmentEntry.Id) }));
            var needs = PluginGuard.Make(algorithmEntry, () => (object)algorithmEntry.Needs(configuration.AlgorithmOptions));
            var models = catalog.Components.Where(c => c.Kind == ComponentKind.Model).Select(c => c.Id);
            Compatibility.Check(algorithmEntry.Id, (AlgorithmNeeds)needs, Env, modelEntry?.Id, models);
            if (modelEntry is not null)
            {
                model = PluginGuard.Make(modelEntry, () => modelEntry.Create(configuration.ModelOptions!, new ModelContext { Env = Env, Seed = configuration.Seed, Workers = workers, Logger = loggers.CreateLogger(modelEntry.Id) }));
                Compatibility.Check(model, Env);
            }
            optimizer = PluginGuard.Make(algorithmEntry, () => algorithmEntry.Create(configuration.AlgorithmOptions, new OptimizerContext
            {
                Env = Env,
                Model = model,
                Budget = configuration.Run.Budget,
                Seed = configuration.Seed,
                Workers = workers,
                Logger = loggers.CreateLogger(algorithmEntry.Id),
            }));
        }
        catch
        {
            model?.Dispose();
            Env?.Dispose();
            workers.Dispose();
            throw;
        }
    }

    /// <summary>What runs.</summary>
    public ResolvedConfiguration Configuration { get; }

    /// <summary>The environment.</summary>
    public IDifferentiableEnv Env { get; }

    /// <summary>The policy as it is now.</summary>
    public IPolicy Policy => optimizer.Policy;

    /// <summary>Iterations done.</summary>
    public long Iteration { get; private set; }

    /// <summary>Environment steps taken.</summary>
    public long EnvironmentSteps { get; private set; }

    /// <summary>Seconds spent in iterations.</summary>
    public double TrainSeconds { get; private set; }

    /// <summary>Whether the budget is used up.</summary>
    public bool Finished => EnvironmentSteps >= Configuration.Run.Budget;

    /// <summary>One iteration of training.</summary>
    /// <exception cref="MbMixException">Training cannot go on; the message names the plugin where its code threw.</exception>
    public IterationReport Iterate(CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        IterationReport report;
        try
        {
            report = optimizer.Iterate(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Blame(e, $"in iteration {Iteration + 1}", Configuration.Algorithm);
        }
        TrainSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        Iteration++;
        EnvironmentSteps = report.EnvironmentSteps;
        return report;
    }

    /// <summary>Rolls the deterministic policy; training is not touched.</summary>
    /// <param name="episodes">Episodes; null for the configured number.</param>
    /// <param name="seed">Seed of the start states; null for the configured one.</param>
    public EvaluationResult Evaluate(int? episodes = null, long? seed = null)
    {
        using var before = torch.random.get_rng_state();
        try
        {
            return Evaluator.Evaluate(Env, Policy, episodes ?? Configuration.Run.EvaluationEpisodes, seed ?? Configuration.Run.EvaluationSeed);
        }
        catch (Exception e) when (e is not ConfigurationException)
        {
            throw Blame(e, "in an evaluation", Configuration.Environment);
        }
        finally
        {
            torch.random.set_rng_state(before);
        }
    }

    /// <summary>Writes everything that training needs to go on.</summary>
    public void Save(ICheckpointWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using var random = torch.random.get_rng_state();
        writer.Write(RandomState, random);
        model?.Save(writer.Section("model"));
        optimizer.Save(writer.Section("optimizer"));
    }

    /// <summary>The policy as it is now, as data; null where the algorithm's policy is not one that can be.</summary>
    public PolicyArtifact? ExportPolicy()
    {
        if (Policy is not IExportablePolicy policy) return null;
        try
        {
            return policy.Export(Env.Spec, Configuration.Algorithm) with { EnvironmentSteps = EnvironmentSteps };
        }
        catch (Exception e)
        {
            throw Blame(e, "while its policy was exported", Configuration.Algorithm);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        model?.Dispose();
        Env.Dispose();
        workers.Dispose();
    }

    internal void Load(ICheckpointReader reader, CheckpointState state)
    {
        using var random = torch.random.get_rng_state();
        try
        {
            reader.ReadInto(RandomState, random);
            model?.Load(reader.Section("model"));
            optimizer.Load(reader.Section("optimizer"));
            torch.random.set_rng_state(random);
        }
        catch (Exception e) when (e is not (IOException or MbMixException))
        {
            // most likely the file's fault and not the plugin's, so that the exception's type says nothing to a person
            string reason = OneLine.Of(e);
            throw new MbMixException(
                $"The checkpoint of iteration {state.Iteration} does not fit {Configuration.Algorithm}: {reason}", e);
        }
        Iteration = state.Iteration;
        EnvironmentSteps = state.EnvironmentSteps;
        TrainSeconds = state.TrainSeconds;
    }

    private MbMixException Blame(Exception e, string when, string component)
    {
        if (e is MbMixException known) return known;
        string plugin = catalog.Culprit(e) ?? catalog.Components.FirstOrDefault(c => c.Id == component)?.Plugin ?? "unknown";
        return new MbMixException($"plugin {plugin} ({component}) threw {when}: {OneLine.WithType(e)}", e);
    }
}

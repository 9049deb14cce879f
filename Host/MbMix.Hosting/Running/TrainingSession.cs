using System.Diagnostics;
using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// An algorithm in training, with its environment and, if it uses one, its dynamics model. Everything is in memory; a
/// session uses neither the console nor files.
/// </summary>
/// <remarks>
/// Use it from one thread at a time, which need not be the one that created it. Creating a session affects all of
/// libtorch: it is set to one intra-op thread, because parallel work is done by the worker pool, and its global random
/// number generator is seeded.
/// </remarks>
public sealed class TrainingSession : IDisposable
{
    private const string RandomState = "torchRandomState";

    private readonly PluginCatalog catalog;
    private readonly AlgorithmEntry algorithmEntry;
    private readonly ModelEntry? modelEntry;
    private readonly WorkerPool workers;
    private readonly GuardedModel? model;
    private readonly GuardedOptimizer optimizer;

    internal TrainingSession(PluginCatalog catalog, ResolvedConfiguration configuration, ILoggerFactory loggers)
    {
        this.catalog = catalog;
        Configuration = configuration;
        var environmentEntry = catalog.Environment(configuration.Environment);
        algorithmEntry = catalog.Algorithm(configuration.Algorithm);
        modelEntry = configuration.Model is { } name ? catalog.Model(name) : null;

        TorchLibrary.RequireOneThread();
        // torch layers draw their initial weights from the global generator by default
        torch.random.manual_seed(configuration.Seed);
        workers = new WorkerPool(configuration.Threads);
        try
        {
            Env = Guarded.Environment(
                environmentEntry,
                configuration.EnvironmentOptions,
                new EnvContext { Workers = workers, Logger = loggers.CreateLogger(environmentEntry.Id) });
            var needs = PluginGuard.Make(
                algorithmEntry, () => (object)algorithmEntry.Needs(configuration.AlgorithmOptions));
            var models = catalog.Components.Where(c => c.Kind == ComponentKind.Model).Select(c => c.Id);
            Compatibility.Check(algorithmEntry.Id, (AlgorithmNeeds)needs, Env, modelEntry?.Id, models);
            model = CreateModel(loggers);
            if (model is not null) Compatibility.Check(algorithmEntry.Id, (AlgorithmNeeds)needs, model, Env);
            optimizer = CreateOptimizer(model, loggers);
        }
        catch
        {
            model?.Dispose();
            Env?.Dispose();
            workers.Dispose();
            throw;
        }
    }

    /// <summary>Configuration of the session.</summary>
    public ResolvedConfiguration Configuration { get; }

    /// <summary>The environment; the session owns it.</summary>
    public IDifferentiableEnv Env { get; }

    /// <summary>The current policy; further training changes it.</summary>
    public IPolicy Policy => optimizer.Policy;

    /// <summary>Number of iterations done.</summary>
    public long Iteration { get; private set; }

    /// <summary>Number of environment steps taken, summed over all lanes.</summary>
    public long EnvironmentSteps { get; private set; }

    /// <summary>Time spent in iterations, in seconds.</summary>
    public double TrainSeconds { get; private set; }

    /// <summary>Whether the budget is used up.</summary>
    public bool Finished => EnvironmentSteps >= Configuration.Run.Budget;

    /// <summary>
    /// Whether every episode that ended so far ended with a fault, according to the last iteration.
    /// </summary>
    public bool NothingButFaults { get; private set; }

    /// <summary>Runs one iteration of training.</summary>
    /// <exception cref="MbMixException">Training cannot continue; if a plugin threw, the message names it.</exception>
    public IterationReport Iterate(CancellationToken cancellationToken = default)
    {
        TorchThread.Prepare();
        long start = Stopwatch.GetTimestamp();
        IterationReport report;
        try
        {
            report = optimizer.Iterate(cancellationToken);
        }
        catch (Exception e) when (!IsCancellation(e, cancellationToken))
        {
            throw Blame(e, $"in iteration {Iteration + 1}", Configuration.Algorithm);
        }
        TrainSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        Iteration++;
        EnvironmentSteps = report.EnvironmentSteps;
        NothingButFaults = report.Episodes.Faults > 0 && double.IsNaN(report.Episodes.MeanReturn);
        return report;
    }

    /// <summary>Evaluates the deterministic policy, without any effect on training.</summary>
    /// <param name="episodes">Number of episodes; null for the configured number.</param>
    /// <param name="seed">Seed of the start states; null for the configured seed.</param>
    /// <param name="cancellationToken">Ends the evaluation within a control step.</param>
    /// <exception cref="OperationCanceledException">The evaluation was canceled; nothing is left of it.</exception>
    public EvaluationResult Evaluate(
        int? episodes = null, long? seed = null, CancellationToken cancellationToken = default)
    {
        TorchThread.Prepare();
        using var before = torch.random.get_rng_state();
        try
        {
            var run = Configuration.Run;
            return Evaluator.Evaluate(
                Env, Policy, episodes ?? run.EvaluationEpisodes, seed ?? run.EvaluationSeed, cancellationToken);
        }
        catch (Exception e) when (e is not ConfigurationException && !IsCancellation(e, cancellationToken))
        {
            throw Blame(e, "in an evaluation", Configuration.Environment);
        }
        finally
        {
            torch.random.set_rng_state(before);
        }
    }

    /// <summary>Writes everything needed to continue training.</summary>
    public void Save(ICheckpointWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using var random = torch.random.get_rng_state();
        writer.Write(RandomState, random);
        model?.Save(writer.Section("model"));
        optimizer.Save(writer.Section("optimizer"));
    }

    /// <summary>Exports the current policy as data; returns null if the policy cannot be exported.</summary>
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
        Restore(reader, state, model, optimizer);
        optimizer.ContinueFrom(state.EnvironmentSteps);
        Iteration = state.Iteration;
        EnvironmentSteps = state.EnvironmentSteps;
        TrainSeconds = state.TrainSeconds;
        NothingButFaults = state.NothingButFaults;
    }

    /// <summary>
    /// Reads a checkpoint into an algorithm and a model of its own, with no effect on training, so that a run that
    /// could not be resumed ends while little is lost.
    /// </summary>
    /// <exception cref="MbMixException">The checkpoint cannot be read; the message names the plugin.</exception>
    internal void TryToLoad(ICheckpointReader reader, CheckpointState state)
    {
        using var aside = new SideWork(EnvMeter.CostsOf(Env));
        GuardedModel? otherModel = null;
        GuardedOptimizer? other = null;
        try
        {
            otherModel = CreateModel(NullLoggerFactory.Instance);
            other = CreateOptimizer(otherModel, NullLoggerFactory.Instance);
            Restore(reader, state, otherModel, other);
        }
        finally
        {
            other?.Dispose();
            otherModel?.Dispose();
        }
    }

    private static void Restore(
        ICheckpointReader reader, CheckpointState state, GuardedModel? model, GuardedOptimizer optimizer)
    {
        using var random = torch.random.get_rng_state();
        try
        {
            reader.ReadInto(RandomState, random);
            TorchRandomState.Require(random);
            model?.Load(reader.Section("model"));
            optimizer.Load(reader.Section("optimizer"));
            torch.random.set_rng_state(random);
        }
        catch (Exception e) when (e is not (IOException or MbMixException))
        {
            // most likely the file is at fault and not the plugin, so the type of the exception does not help the user
            string reason = OneLine.Of(e);
            throw new MbMixException(
                $"The checkpoint of iteration {state.Iteration} does not fit {optimizer.Boundary.Id}: {reason}", e);
        }
    }

    private GuardedModel? CreateModel(ILoggerFactory loggers) => modelEntry is null
        ? null
        : Guarded.Model(modelEntry, Configuration.ModelOptions!, new ModelContext
        {
            Env = Env,
            Seed = Configuration.Seed,
            Workers = workers,
            Logger = loggers.CreateLogger(modelEntry.Id),
        });

    private GuardedOptimizer CreateOptimizer(GuardedModel? model, ILoggerFactory loggers) =>
        Guarded.Algorithm(algorithmEntry, Configuration.AlgorithmOptions, new OptimizerContext
        {
            Env = Env,
            Model = model,
            Budget = Configuration.Run.Budget,
            Seed = Configuration.Seed,
            Workers = workers,
            Logger = loggers.CreateLogger(algorithmEntry.Id),
        });

    // a plugin may use tokens of its own
    private static bool IsCancellation(Exception e, CancellationToken ours) =>
        e is OperationCanceledException && ours.IsCancellationRequested;

    private MbMixException Blame(Exception e, string when, string component)
    {
        if (e is MbMixException known && e.IsAttributed()) return known;
        string?[] used = [component, Configuration.Environment, Configuration.Model, Configuration.Algorithm];
        var parts = used.Select(id => catalog.Components.FirstOrDefault(c => c.Id == id)).OfType<ComponentInfo>();
        string plugin = catalog.Culprit(e) ?? parts.FirstOrDefault()?.Plugin ?? "unknown";
        // which of the run's parts the plugin offers
        string id = parts.FirstOrDefault(c => c.Plugin == plugin)?.Id ?? component;
        var boundary = new Boundary(plugin, id);
        return e is MbMixException ? boundary.Says(e) : boundary.ThrewWhen(when, e);
    }
}

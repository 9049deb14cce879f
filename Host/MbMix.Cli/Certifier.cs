using MbMix.Hosting;
using MbMix.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Cli;

/// <summary>
/// Certifies components of the catalog. They are made by their plugins' own factories, so that all findings come at
/// once; whether the host accepts them with its own checks is one more check.
/// </summary>
/// <param name="sessions">The plugins.</param>
/// <param name="task">Environment that models and algorithms have to learn.</param>
/// <param name="taskSettings">Settings of that environment.</param>
/// <param name="settings">Settings of the form <c>section.key=value</c>.</param>
/// <param name="progress">Told how each check went.</param>
internal sealed class Certifier(
    TrainingSessions sessions, EnvironmentEntry task, IReadOnlyList<string> taskSettings,
    IReadOnlyList<string> settings, Action<CheckResult> progress)
{
    private const string Precise = "env.precision=double";

    /// <summary>Finds out whether the settings are right for a component, before anything takes time.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    /// <param name="component">The component.</param>
    /// <param name="own">Settings of this component alone.</param>
    public void RequireSettings(ComponentInfo component, IReadOnlyList<string> own)
    {
        switch (component)
        {
            case EnvironmentEntry environment:
                ConfigurationResolver.EnvironmentOptions(environment, [.. own, .. Of("env")]);
                break;
            case ModelEntry model:
                ConfigurationResolver.Options(model.OptionsType, "model", Of("model"));
                break;
            default:
                ConfigurationResolver.Options(component.OptionsType, "algo", Of("algo"));
                break;
        }
    }

    /// <summary>
    /// Says in one line which setting an environment needs that has no default; null if it can be made without one.
    /// </summary>
    public string? FindMissingSetting(ComponentInfo component)
    {
        if (component is not EnvironmentEntry environment || component.FindUnavailable() is not null) return null;
        try
        {
            Make(environment, ConfigurationResolver.EnvironmentOptions(environment, Of("env")), new OneThread())
                .Dispose();
            return null;
        }
        catch (ConfigurationException e)
        {
            return OneLine.Of(e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // the certification says so
            return null;
        }
    }

    /// <summary>Certifies a component.</summary>
    /// <param name="component">The component.</param>
    /// <param name="own">Settings of this component alone.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public Certificate Certify(ComponentInfo component, IReadOnlyList<string> own)
    {
        string kind = component.Kind.ToString().ToLowerInvariant();
        if (component.FindUnavailable() is { } missing)
            return new Certificate(component.Id, kind, []) { Unavailable = missing };
        return component switch
        {
            EnvironmentEntry environment => Environment(environment, own),
            ModelEntry model => Model(model),
            _ => Algorithm((AlgorithmEntry)component),
        };
    }

    private Certificate Environment(EnvironmentEntry entry, IReadOnlyList<string> own)
    {
        List<string> mine = [.. own, .. Of("env")];
        object options = ConfigurationResolver.EnvironmentOptions(entry, mine);
        using var subject = new EnvironmentSubject(
            entry.Id, workers => Make(entry, options, workers), Double(entry, mine));
        return Run(entry, EnvironmentCheck.All(subject), () =>
        {
            using var workers = new WorkerPool(1);
            var env = sessions.CreateEnvironment(entry, options, workers);
            try
            {
                env.Dispose();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // the check of Dispose has found it
            }
        });
    }

    private Certificate Model(ModelEntry entry)
    {
        var mine = Of("model");
        object options = ConfigurationResolver.Options(entry.OptionsType, "model", mine);
        using var subject = new ModelSubject(
            entry.Id, context => PluginGuard.Make(entry, () => entry.Create(options, context)), MakeTask);
        return Run(entry, ModelCheck.All(subject), () =>
        {
            using var env = MakeTask();
            sessions.CreateModel(entry.Id, mine, env, seed: 1).Dispose();
        });
    }

    private Certificate Algorithm(AlgorithmEntry entry)
    {
        var request = new TrainingRequest
        {
            Environment = task.Id,
            Algorithm = entry.Id,
            Settings = [.. taskSettings, .. Of("algo"), .. Of("model"), .. Of("run")],
            Threads = 1,
        };
        if (ModelFor(entry) is { } model) request = request with { Model = model };
        var configuration = sessions.Resolve(request);
        var modelEntry = configuration.Model is { } id ? sessions.Catalog.Model(id) : null;
        var subject = new AlgorithmSubject(
            entry.Id,
            context => PluginGuard.Make(entry, () => entry.Create(configuration.AlgorithmOptions, context)),
            MakeTask,
            modelEntry is null
                ? null
                : context => PluginGuard.Make(
                    modelEntry, () => modelEntry.Create(configuration.ModelOptions!, context)));
        return Run(entry, AlgorithmCheck.All(subject), () =>
        {
            using var session = sessions.Create(configuration);
            session.Iterate();
        });
    }

    private Certificate Run(ComponentInfo component, IEnumerable<Check> checks, Action accept)
    {
        var host = new Check(
            component.Id, "host", "accepted by the host", "a component that the host can use",
            "The host's own checks refuse it in any run.", _ => accept());
        string kind = component.Kind.ToString().ToLowerInvariant();
        // last, because the other findings say more
        return Certificate.Run(component.Id, kind, checks.Append(host), progress);
    }

    // the learned model with the smallest id if the algorithm needs one and no preset names it
    private string? ModelFor(AlgorithmEntry entry)
    {
        object options = ConfigurationResolver.Options(entry.OptionsType, "algo", Of("algo"));
        var needs = (AlgorithmNeeds)PluginGuard.Make(entry, () => (object)entry.Needs(options));
        bool preset = sessions.Catalog.Presets.Any(
            p => p.Algorithm == entry.Id && p.Environment == task.Id && p.Model is not null);
        if (needs.Model != ModelUse.Required || preset) return null;
        using var env = MakeTask();
        foreach (var model in sessions.Catalog.Components.OfType<ModelEntry>())
        {
            using var made = sessions.CreateModel(model.Id, [], env, seed: 1);
            if (made.Spec.Learned) return model.Id;
        }
        throw new ConfigurationException($"{entry.Id} needs a dynamics model, and no plugin offers one that learns.");
    }

    private IDifferentiableEnv MakeTask()
    {
        object options = ConfigurationResolver.EnvironmentOptions(task, taskSettings);
        return Make(task, options, new OneThread());
    }

    private static IDifferentiableEnv Make(EnvironmentEntry entry, object options, IWorkers workers) =>
        PluginGuard.Make(
            entry,
            () => entry.Create(options, new EnvContext { Workers = workers, Logger = NullLogger.Instance }));

    // environments that can compute in double say so by an option of this name
    private static Func<IWorkers, IDifferentiableEnv>? Double(EnvironmentEntry entry, IReadOnlyList<string> given)
    {
        try
        {
            object options = ConfigurationResolver.EnvironmentOptions(entry, [.. given, Precise]);
            return workers => Make(entry, options, workers);
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }

    private List<string> Of(string section) =>
        [.. settings.Where(s => s.StartsWith(section + ".", StringComparison.OrdinalIgnoreCase))];

    private sealed class OneThread : IWorkers
    {
        public int Count => 1;

        public void Run(int count, Action<int> body)
        {
            for (int i = 0; i < count; i++) body(i);
        }
    }
}

using System.Reflection;
using MbMix.Hosting;
using MbMix.Tests.Plugin;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Tests.Contract;

/// <summary>
/// Every environment with every model or none and every algorithm, the algorithms in each way that asks for something else of the other
/// two: what fits trains, what does not is refused in one line.
/// </summary>
[Collection(HostRuns.Collection)]
public sealed class EveryTriple
{
    private const string Opaque = "test/opaque-point-v1";

    // whatever options of these names a component has
    private static readonly (string Name, string Value)[] Tiny =
    [
        ("environments", "4"), ("lanes", "4"), ("horizon", "2"), ("actorHidden", "[8]"), ("criticHidden", "[8]"), ("hidden", "[8]"), ("passes", "1"),
        ("criticPasses", "1"), ("criticMinibatches", "1"), ("minibatchSize", "4"), ("modelRollouts", "4"), ("modelHorizon", "2"),
        ("modelUpdates", "1"), ("modelWarmup", "1"), ("modelBatch", "8"), ("replayCapacity", "64"), ("minimumTransitions", "4"),
    ];

    [Fact]
    public void Trains_or_is_refused_in_one_line()
    {
        var sessions = HostRuns.Sessions([.. BundledPlugins.All(), OpaqueEnvironment()]);
        var catalog = sessions.Catalog;
        Assert.Empty(catalog.Problems);
        ComponentInfo[] Of(ComponentKind kind) => [.. catalog.Components.Where(c => c.Kind == kind)];
        var wrong = new List<string>();
        int trained = 0, refused = 0;
        foreach (var environment in Of(ComponentKind.Environment).Where(e => e.FindUnavailable() is null))
        {
            using var workers = new WorkerPool(1);
            using var env = sessions.CreateEnvironment(environment.Id, [], workers);
            foreach (var (algorithm, setting, needs) in Of(ComponentKind.Algorithm).SelectMany(a => Variants(sessions, (AlgorithmEntry)a)))
            {
                foreach (var model in Of(ComponentKind.Model).Prepend(null))
                {
                    var request = new TrainingRequest
                    {
                        Environment = environment.Id,
                        Algorithm = algorithm.Id,
                        Model = model?.Id ?? "none",
                        Preset = "none",
                        Threads = 1,
                        Settings = [.. Small("algo", algorithm), .. setting, .. model is null ? [] : Small("model", model)],
                    };
                    bool fits = Fits(env, needs, model is null ? null : ModelSpecOf(sessions, request, env));
                    if (fits) trained++;
                    else refused++;
                    if (Try(sessions, request, fits) is { } problem) wrong.Add($"{environment.Id}, {algorithm.Id} {string.Join(' ', setting)}, {request.Model}: {problem}");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(trained >= 10 && refused >= 10, $"{trained} trained, {refused} were refused");
    }

    // the rules, written down a second time
    private static bool Fits(IDifferentiableEnv env, AlgorithmNeeds needs, ModelSpec? model)
    {
        bool gradients = env.Spec.Gradient.Kind != GradientKind.None;
        if (needs.Gradients && !gradients) return false;
        if (needs.PredictiveEnv && env is not IPredictiveEnv) return false;
        if (model is null) return needs.Model != ModelUse.Required;
        return needs.Model != ModelUse.None && (gradients || model.Derivatives == DerivativeTargets.None);
    }

    private static string? Try(TrainingSessions sessions, TrainingRequest request, bool fits)
    {
        try
        {
            using var session = sessions.Create(request);
            if (!fits) return "was not refused";
            for (int i = 0; i < 2; i++) session.Iterate();
            return session.EnvironmentSteps > 0 ? null : "took no step";
        }
        catch (ConfigurationException e) when (!fits)
        {
            return e.Message.Length > 0 && e.Message.EndsWith('.') && !e.Message.Contains('\n', StringComparison.Ordinal) ? null : $"was refused with '{e.Message}'";
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }

    // the algorithm with its defaults, and with every value of an enumeration among its options by which its needs change
    private static IEnumerable<(AlgorithmEntry Algorithm, string[] Setting, AlgorithmNeeds Needs)> Variants(TrainingSessions sessions, AlgorithmEntry algorithm)
    {
        var choices = algorithm.OptionsType.GetProperties().Where(p => p.PropertyType.IsEnum)
            .SelectMany(p => Enum.GetNames(p.PropertyType).Select(value => new[] { $"algo.{p.Name}={value}" }));
        return choices.Prepend([]).Select(setting =>
        {
            var request = new TrainingRequest { Environment = "point", Algorithm = algorithm.Id, Model = "none", Preset = "none", Settings = setting };
            return (algorithm, setting, algorithm.Needs(sessions.Resolve(request).AlgorithmOptions));
        }).DistinctBy(variant => variant.Item3);
    }

    private static ModelSpec ModelSpecOf(TrainingSessions sessions, TrainingRequest request, IDifferentiableEnv env)
    {
        var entry = sessions.Catalog.Model(request.Model!);
        using var model = entry.Create(sessions.Resolve(request).ModelOptions!, new ModelContext { Env = env, Seed = 0, Logger = NullLogger.Instance });
        return model.Spec;
    }

    private static IEnumerable<string> Small(string section, ComponentInfo component) => Tiny
        .Where(option => component.OptionsType.GetProperty(option.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not null)
        .Select(option => $"{section}.{option.Name}={option.Value}");

    private static HostStubPlugin OpaqueEnvironment()
    {
        var point = new PluginCatalog([new TestPlugin()], []).Environment("point");
        return new HostStubPlugin(registry => registry.AddEnvironment<PointOptions>(
            Opaque, "A point whose rewards are its own secret.", (options, context) => new HostOpaqueEnv(point.Create(options, context), Opaque)));
    }
}

using System.Reflection;
using MbMix.Hosting;

namespace MbMix.TestKit;

/// <summary>
/// Tries every environment with every model or none and every algorithm, the algorithms in each way that needs
/// something else of the other two: what fits must train, what does not must be refused in one line.
/// </summary>
public static class TripleCheck
{
    private const string None = "none";

    /// <summary>Runs the check.</summary>
    /// <param name="sessions">Sessions of a host that has the plugins.</param>
    /// <param name="plugins">The plugins.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static TripleResult Run(
        TrainingSessions sessions, IReadOnlyList<IMbMixPlugin> plugins, TripleSettings? settings = null)
    {
        var s = settings ?? new TripleSettings();
        var algorithms = new AlgorithmRegistry();
        foreach (var plugin in plugins) plugin.Register(algorithms);
        var findings = new List<Finding>();
        int fitting = 0, others = 0;
        foreach (var environment in Of(ComponentKind.Environment))
        {
            if (s.Environments?.Contains(environment.Id) == false) continue;
            if (environment.FindUnavailable() is not null) continue;
            using var workers = new WorkerPool(1);
            string[] own = [.. s.Needed.GetValueOrDefault(environment.Id) ?? []];
            if (Make(environment.Id, own, workers) is not { } made) continue;
            using var env = made;
            foreach (var algorithm in algorithms.Variants)
            {
                foreach (var model in Of(ComponentKind.Model).Prepend(null))
                {
                    bool fits = Fits(env, algorithm.Needs, model is null ? null : TraitsOf(model.Id, env));
                    if (fits) fitting++;
                    else others++;
                    var request = new TrainingRequest
                    {
                        Environment = environment.Id,
                        Algorithm = algorithm.Id,
                        Model = model?.Id ?? None,
                        Preset = None,
                        Threads = 1,
                        Settings =
                        [
                            .. own,
                            .. Small("algo", algorithm.OptionsType),
                            .. algorithm.Settings,
                            .. model is null ? [] : Small("model", model.OptionsType),
                        ],
                    };
                    var finding = Try(sessions, request, fits, s.Iterations, string.Join(' ', algorithm.Settings));
                    if (finding is not null) findings.Add(finding);
                }
            }
        }
        return new TripleResult(findings, fitting, others);

        IEnumerable<ComponentInfo> Of(ComponentKind kind) => sessions.Catalog.Components.Where(c => c.Kind == kind);

        // null where the environment needs settings and has none
        IDifferentiableEnv? Make(string id, string[] own, IWorkers workers)
        {
            try
            {
                return sessions.CreateEnvironment(id, own, workers);
            }
            catch (ConfigurationException) when (own.Length == 0)
            {
                return null;
            }
        }

        ModelTraits TraitsOf(string id, IDifferentiableEnv env)
        {
            using var model = sessions.CreateModel(id, [], env, seed: 0);
            return new ModelTraits(model.Spec, model is IProbabilisticModel);
        }

        IEnumerable<string> Small(string section, Type options) => s.Small
            .Where(o => options.GetProperty(
                o.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } property
                && property.PropertyType.IsArray == o.Value.StartsWith('['))
            .Select(o => $"{section}.{o.Name}={o.Value}");
    }

    /// <summary>Tries one triple.</summary>
    /// <param name="sessions">Sessions of a host.</param>
    /// <param name="request">The triple.</param>
    /// <param name="fits">Whether it must train; otherwise it must be refused.</param>
    /// <param name="iterations">Iterations that must go well.</param>
    /// <param name="variant">What makes the triple special, for the finding.</param>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static Finding? Try(
        TrainingSessions sessions, TrainingRequest request, bool fits, int iterations = 2, string variant = "")
    {
        string subject = $"{request.Environment}, {request.Model ?? None}, {request.Algorithm} {variant}".TrimEnd();
        string expected = fits ? "iterations with steps" : "to be refused in one line that ends with a period";
        Finding Wrong(string came) => new(subject, "training", came, expected);
        try
        {
            using var session = sessions.Create(request);
            if (!fits) return Wrong("a session");
            for (int i = 0; i < iterations; i++) session.Iterate();
            return session.EnvironmentSteps > 0 ? null : Wrong("no step");
        }
        catch (ConfigurationException e) when (!fits)
        {
            bool oneLine = e.Message.EndsWith('.') && !e.Message.Contains('\n', StringComparison.Ordinal);
            return oneLine ? null : Wrong($"'{e.Message}'");
        }
        catch (Exception e)
        {
            return Wrong($"{e.GetType().Name} '{e.Message}'");
        }
    }

    /// <summary>The rules by which a host refuses, written down a second time.</summary>
    private static bool Fits(IDifferentiableEnv env, AlgorithmNeeds needs, ModelTraits? model)
    {
        bool gradients = env.Spec.Gradient.Kind != GradientKind.None;
        if (needs.Gradients && !gradients) return false;
        if (needs.PredictiveEnv && env is not IPredictiveEnv) return false;
        if (model is null) return needs.Model != ModelUse.Required;
        if (needs.ProbabilisticModel && model.Spec.Learned && !model.Probabilistic) return false;
        return needs.Model != ModelUse.None && (gradients || model.Spec.Derivatives == DerivativeTargets.None);
    }

    private sealed record ModelTraits(ModelSpec Spec, bool Probabilistic);

    private sealed record Variant(string Id, Type OptionsType, string[] Settings, AlgorithmNeeds Needs);

    /// <summary>
    /// Collects the algorithms of plugins: with default options, and with every value of an enumeration among their
    /// options by which their needs change.
    /// </summary>
    private sealed class AlgorithmRegistry : IPluginRegistry
    {
        public List<Variant> Variants { get; } = [];

        public void AddEnvironment<TOptions>(
            string id, string description, Func<TOptions, EnvContext, IDifferentiableEnv> create)
            where TOptions : class, new()
        {
        }

        public void AddModel<TOptions>(
            string id, string description, Func<TOptions, ModelContext, IDynamicsModel> create)
            where TOptions : class, new()
        {
        }

        public void AddAlgorithm<TOptions>(
            string id,
            string description,
            Func<TOptions, AlgorithmNeeds> needs,
            Func<TOptions, OptimizerContext, IPolicyOptimizer> create)
            where TOptions : class, new()
        {
            var choices = typeof(TOptions).GetProperties()
                .Where(p => p.PropertyType.IsEnum && p.CanWrite)
                .SelectMany(p => Enum.GetValues(p.PropertyType).Cast<object>().Select(value => (Property: p, value)));
            var variants = new List<Variant> { new(id, typeof(TOptions), [], needs(new TOptions())) };
            foreach (var (property, value) in choices)
            {
                var options = new TOptions();
                property.SetValue(options, value);
                variants.Add(new(id, typeof(TOptions), [$"algo.{property.Name}={value}"], needs(options)));
            }
            Variants.AddRange(variants.DistinctBy(variant => variant.Needs));
        }
    }
}

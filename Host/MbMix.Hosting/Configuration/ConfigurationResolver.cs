using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>From what a person asks for to what runs: names to ids, preset, settings, validation.</summary>
internal static class ConfigurationResolver
{
    private const string None = "none";

    /// <summary>Resolves a request.</summary>
    /// <exception cref="ConfigurationException">Something is unknown or wrong; all wrong options are named in one message.</exception>
    public static ResolvedConfiguration Resolve(PluginCatalog catalog, TrainingRequest request, int defaultThreads)
    {
        var environment = catalog.Environment(request.Environment);
        var algorithm = catalog.Algorithm(request.Algorithm);
        var preset = FindPreset(catalog, request, environment, algorithm);
        string? modelName = request.Model ?? preset?.Model;
        var model = modelName is null or None ? null : catalog.Model(modelName);
        var start = new Sections(
            preset?.Run,
            // settings of an environment or a model belong to that one alone
            preset?.Environment == environment.Id ? preset.Env : null,
            preset?.Algo,
            preset?.Model == model?.Id ? preset?.ModelOptions : null);
        var resolved = Bind(start, request.Settings, environment, algorithm, model) with
        {
            Preset = preset?.Name,
            Provenance = preset?.Provenance,
            Seed = request.Seed,
            Threads = Threads(request.Threads ?? defaultThreads),
        };
        return request.Budget is { } budget ? WithBudget(resolved, budget) : resolved;
    }

    /// <summary>Reads a <c>config.json</c> back, with settings on top.</summary>
    public static ResolvedConfiguration FromJson(PluginCatalog catalog, JsonObject json, IReadOnlyList<string> settings, long? seed = null, int? threads = null, long? budget = null)
    {
        var environment = catalog.Environment(Text(json, "environment"));
        var algorithm = catalog.Algorithm(Text(json, "algorithm"));
        var model = json["model"] is null ? null : catalog.Model(Text(json, "model"));
        var start = new Sections(json["run"]?.AsObject(), json["env"]?.AsObject(), json["algo"]?.AsObject(), json["modelOptions"]?.AsObject());
        var resolved = Bind(start, settings, environment, algorithm, model) with
        {
            Preset = json["preset"]?.GetValue<string>(),
            Provenance = json["provenance"]?.GetValue<string>(),
            Seed = seed ?? json["seed"]!.GetValue<long>(),
            Threads = Threads(threads ?? json["threads"]!.GetValue<int>()),
            PluginFolders = PluginFolders(json),
        };
        return budget is { } steps ? WithBudget(resolved, steps) : resolved;
    }

    /// <summary>The plugin folders in a <c>config.json</c>.</summary>
    public static IReadOnlyList<string> PluginFolders(JsonObject json) => [.. (json["plugins"] as JsonArray ?? []).Select(f => f!.GetValue<string>())];

    /// <summary>Options of an environment alone, as a rollout needs them.</summary>
    public static object EnvironmentOptions(EnvironmentEntry environment, IReadOnlyList<string> settings) => Options(environment.OptionsType, "env", settings);

    /// <summary>Options of one section alone.</summary>
    public static object Options(Type type, string section, IReadOnlyList<string> settings)
    {
        var json = new JsonObject();
        foreach (string setting in settings) Settings.Apply(setting, new Dictionary<string, JsonObject> { [section] = json });
        var errors = new List<string>();
        object options = OptionsBinder.Bind(type, json, section, errors);
        Throw(errors);
        return options;
    }

    private sealed record Sections(JsonObject? Run, JsonObject? Env, JsonObject? Algo, JsonObject? Model);

    private static ResolvedConfiguration Bind(Sections start, IReadOnlyList<string> settings, EnvironmentEntry environment, AlgorithmEntry algorithm, ModelEntry? model)
    {
        JsonObject run = Copy(start.Run), env = Copy(start.Env), algo = Copy(start.Algo), modelOptions = Copy(start.Model);
        var sections = new Dictionary<string, JsonObject> { ["run"] = run, ["env"] = env, ["algo"] = algo, ["model"] = modelOptions };
        foreach (string setting in settings) Settings.Apply(setting, sections);
        var errors = new List<string>();
        if (model is null && modelOptions.Count > 0) errors.Add($"model.{modelOptions.First().Key} is set, but no model is chosen: add --model.");
        var resolved = new ResolvedConfiguration
        {
            Environment = environment.Id,
            Algorithm = algorithm.Id,
            Model = model?.Id,
            Seed = 0,
            Threads = 1,
            Run = (RunOptions)OptionsBinder.Bind(typeof(RunOptions), run, "run", errors),
            EnvironmentOptions = OptionsBinder.Bind(environment.OptionsType, env, "env", errors),
            AlgorithmOptions = OptionsBinder.Bind(algorithm.OptionsType, algo, "algo", errors),
            ModelOptions = model is null ? null : OptionsBinder.Bind(model.OptionsType, modelOptions, "model", errors),
        };
        Throw(errors);
        return resolved;
    }

    private static Preset? FindPreset(PluginCatalog catalog, TrainingRequest request, EnvironmentEntry environment, AlgorithmEntry algorithm)
    {
        var mine = catalog.Presets.Where(p => p.Algorithm == algorithm.Id).ToList();
        if (request.Preset == None) return null;
        if (request.Preset is { } name)
        {
            var named = mine.FindAll(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            return named.Find(p => p.Environment == environment.Id) ?? named.FirstOrDefault()
                ?? throw new ConfigurationException($"Algorithm {algorithm.Id} has no preset '{name}'.{Suggestion.For(name, mine.Select(p => p.Name))}");
        }
        // of several, the plain one has the shortest name; variants add to it
        return mine.Where(p => p.Environment == environment.Id)
            .OrderBy(p => p.Name.Length).ThenBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    private static ResolvedConfiguration WithBudget(ResolvedConfiguration configuration, long budget)
    {
        if (budget < 1) throw new ConfigurationException($"A budget of {budget} environment steps is too small: at least 1.");
        configuration.Run.Budget = budget;
        return configuration;
    }

    private static int Threads(int threads) => threads >= 1 ? threads : throw new ConfigurationException($"{threads} worker threads are too few: at least 1.");

    private static JsonObject Copy(JsonObject? json) => json?.DeepClone().AsObject() ?? [];

    private static string Text(JsonObject json, string key) =>
        json[key]?.GetValue<string>() ?? throw new MbMixException($"config.json has no '{key}'; it is not the configuration of a run.");

    private static void Throw(List<string> errors)
    {
        if (errors.Count > 0) throw new ConfigurationException(string.Join(" ", errors));
    }
}

using System.Text;
using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>
/// Turns a request into a complete configuration: resolves names to ids, takes the preset, applies the settings and
/// validates the result.
/// </summary>
internal static class ConfigurationResolver
{
    /// <summary>Largest number of worker threads.</summary>
    public const int MaximumThreads = 1024;

    private static readonly string[] Keys =
    [
        "environment", "algorithm", "model", "preset", "provenance", "seed", "threads", "plugins", "run", "env", "algo",
    ];

    private const string None = "none", FileName = "config.json";

    /// <summary>Resolves a request.</summary>
    /// <exception cref="ConfigurationException">A name or option is unknown or invalid; one message lists all invalid
    /// options.</exception>
    public static ResolvedConfiguration Resolve(PluginCatalog catalog, TrainingRequest request, int defaultThreads)
    {
        var environment = catalog.Environment(request.Environment);
        var algorithm = catalog.Algorithm(request.Algorithm);
        var preset = FindPreset(catalog, request, environment, algorithm);
        string? modelName = request.Model ?? preset?.Model;
        var model = modelName is null or None ? null : catalog.Model(modelName);
        var start = new Sections(
            preset?.Run,
            // a preset's settings of an environment or model are valid for that environment or model only
            preset?.Environment == environment.Id ? preset.Env : null,
            preset?.Algo,
            preset?.Model == model?.Id ? preset?.ModelOptions : null);
        // a mistake in a preset is that of its plugin, not that of the settings
        if (preset is not null)
            Bind(start, [], environment, algorithm, model, preset.Origin);
        var resolved = Bind(start, request.Settings, environment, algorithm, model) with
        {
            Preset = preset?.Name,
            Provenance = preset?.Provenance,
            Seed = request.Seed,
            Threads = Threads(request.Threads ?? defaultThreads),
        };
        return request.Budget is { } budget ? WithBudget(resolved, budget) : resolved;
    }

    /// <summary>Restores a configuration from a <c>config.json</c> and applies settings to it.</summary>
    /// <exception cref="ConfigurationException">The document is not the configuration of a run.</exception>
    public static ResolvedConfiguration FromJson(
        PluginCatalog catalog, JsonObject json, IReadOnlyList<string> settings,
        long? seed = null, int? threads = null, long? budget = null)
    {
        // JSON nodes can hold what a file must not, such as a duplicate key; parsing the text again rejects it
        byte[] text = Encoding.UTF8.GetBytes(json.ToJsonString());
        var config = DocumentReader.Parse(text, FileName, DocumentKind.Configuration);
        RequireParts(config);
        var environment =
            Named(() => catalog.Environment(config.Get("environment", "the id of an environment").Word()));
        var algorithm = Named(() => catalog.Algorithm(config.Get("algorithm", "the id of an algorithm").Word()));
        var choice = ModelChoice.Read(config);
        var model = choice is null ? null : Named(() => catalog.Model(choice.Id));
        var start = new Sections(
            Section(config, "run"), Section(config, "env"), Section(config, "algo"), choice?.Options);
        string? origin = settings.Count == 0 ? FileName : null;
        var resolved = Bind(start, settings, environment, algorithm, model, origin) with
        {
            Preset = config.Find("preset")?.Text(),
            Provenance = config.Find("provenance")?.Text(),
            Seed = seed ?? config.Get("seed", "a whole number").Integer(),
            Threads = Threads(threads ?? ThreadsOf(config)),
            PluginFolders = PluginFolders(config),
        };
        return budget is { } steps ? WithBudget(resolved, steps) : resolved;
    }

    /// <summary>
    /// Reads the environment of a run from a <c>config.json</c>; the algorithm need not be installed.
    /// </summary>
    /// <exception cref="ConfigurationException">The document is not the configuration of a run.</exception>
    public static RunEnvironment EnvironmentOf(PluginCatalog catalog, JsonObject json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json.ToJsonString());
        var config = DocumentReader.Parse(text, FileName, DocumentKind.Configuration);
        RequireParts(config);
        var entry = Named(() => catalog.Environment(config.Get("environment", "the id of an environment").Word()));
        var errors = new List<string>();
        var run = (RunOptions)OptionsBinder.Bind(typeof(RunOptions), Copy(Section(config, "run")), "run", errors);
        object options = OptionsBinder.Bind(entry.OptionsType, Copy(Section(config, "env")), "env", errors);
        Throw(errors, FileName);
        string algorithm = config.Get("algorithm", "the id of an algorithm").Word();
        return new RunEnvironment(entry, options, algorithm, run, ThreadsOf(config));
    }

    /// <summary>Checks that a <c>config.json</c> has everything that a run writes into it.</summary>
    /// <exception cref="ConfigurationException">A part is missing, is unknown or has the wrong type.</exception>
    public static void RequireParts(DocumentValue config)
    {
        config.AllowOnly(Keys);
        config.Get("environment", "the id of an environment").Word();
        config.Get("algorithm", "the id of an algorithm").Word();
        ModelChoice.Read(config);
        config.Find("preset")?.Text();
        config.Find("provenance")?.Text();
        config.Get("seed", "a whole number").Integer();
        ThreadsOf(config);
        foreach (string section in new[] { "run", "env", "algo" }) Section(config, section);
    }

    /// <summary>Reads the plugin folders from a <c>config.json</c>, where a run records them as full paths.</summary>
    /// <exception cref="ConfigurationException">One of them is not a full path.</exception>
    public static IReadOnlyList<string> PluginFolders(DocumentValue config)
    {
        var folders = new List<string>();
        foreach (var folder in config.Find("plugins")?.Elements() ?? [])
        {
            string path = folder.Word();
            if (path.Contains('\0', StringComparison.Ordinal) || !Path.IsPathFullyQualified(path))
                throw folder.Wrong("the full path of a folder");
            folders.Add(UserPath.Full(path, "a plugin folder"));
        }
        return folders;
    }

    /// <summary>Creates the options of an environment, without the rest of a configuration.</summary>
    public static object EnvironmentOptions(EnvironmentEntry environment, IReadOnlyList<string> settings) =>
        Options(environment.OptionsType, "env", settings);

    /// <summary>Creates the options of one section: its defaults with settings applied.</summary>
    public static object Options(Type type, string section, IReadOnlyList<string> settings)
    {
        var json = new JsonObject();
        var sections = new Dictionary<string, JsonObject> { [section] = json };
        foreach (string setting in settings) Settings.Apply(setting, sections);
        var errors = new List<string>();
        object options = OptionsBinder.Bind(type, json, section, errors);
        Throw(errors);
        return options;
    }

    private sealed record Sections(JsonObject? Run, JsonObject? Env, JsonObject? Algo, JsonObject? Model);

    private static ResolvedConfiguration Bind(
        Sections start, IReadOnlyList<string> settings,
        EnvironmentEntry environment, AlgorithmEntry algorithm, ModelEntry? model, string? origin = null)
    {
        JsonObject run = Copy(start.Run), env = Copy(start.Env);
        JsonObject algo = Copy(start.Algo), modelOptions = Copy(start.Model);
        var sections = new Dictionary<string, JsonObject>
        {
            ["run"] = run,
            ["env"] = env,
            ["algo"] = algo,
            ["model"] = modelOptions,
        };
        foreach (string setting in settings) Settings.Apply(setting, sections);
        var errors = new List<string>();
        if (model is null && modelOptions.Count > 0)
            errors.Add(
                $"model.{OneLine.Value(modelOptions.First().Key)} is set, but no model is chosen: "
                + $"add {ApiTerms.Model}.");
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
        Throw(errors, origin);
        return resolved;
    }

    private static Preset? FindPreset(
        PluginCatalog catalog, TrainingRequest request, EnvironmentEntry environment, AlgorithmEntry algorithm)
    {
        var mine = catalog.Presets.Where(p => p.Algorithm == algorithm.Id).ToList();
        if (request.Preset == None) return null;
        if (request.Preset?.EndsWith(PresetReader.Extension, StringComparison.OrdinalIgnoreCase) == true)
            return OfFile(request.Preset, algorithm);
        if (request.Preset is { } name)
        {
            var named = mine.FindAll(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            return named.Find(p => p.Environment == environment.Id) ?? named.FirstOrDefault()
                ?? throw new ConfigurationException(
                    $"Algorithm {algorithm.Id} has no preset '{OneLine.Value(name)}'."
                    + Suggestion.For(name, mine.Select(p => p.Name)));
        }
        // several presets: the standard one has the shortest name, as variants append to it
        return mine.Where(p => p.Environment == environment.Id)
            .OrderBy(p => p.Name.Length).ThenBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    private static Preset OfFile(string path, AlgorithmEntry algorithm)
    {
        var preset = PresetReader.ReadFile(path);
        if (preset.Algorithm == algorithm.Id) return preset;
        throw new ConfigurationException(
            $"{OneLine.Path(path)} is a preset of {OneLine.Value(preset.Algorithm)}, not of {algorithm.Id}.");
    }

    private static ResolvedConfiguration WithBudget(ResolvedConfiguration configuration, long budget)
    {
        if (budget < 1)
            throw new ConfigurationException($"A budget of {budget} environment steps is too small: at least 1.");
        configuration.Run.Budget = budget;
        return configuration;
    }

    private static int Threads(int threads) => threads switch
    {
        < 1 => throw new ConfigurationException($"{threads} worker threads are too few: at least 1."),
        > MaximumThreads =>
            throw new ConfigurationException($"{threads} worker threads are too many: at most {MaximumThreads}."),
        _ => threads,
    };

    // a component that is not installed, or is misspelt, in a file
    private static T Named<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (ConfigurationException e) when (!e.Message.StartsWith(FileName, StringComparison.Ordinal))
        {
            throw new ConfigurationException($"{FileName}: {OneLine.Limit(e.Message, FileName.Length + 2)}", e);
        }
    }

    private static JsonObject Copy(JsonObject? json) => json?.DeepClone().AsObject() ?? [];

    private static int ThreadsOf(DocumentValue config) =>
        (int)config.Get("threads", "a number of threads").Integer(1, MaximumThreads);

    private static JsonObject Section(DocumentValue config, string key) =>
        config.Get(key, "an object with options").ToObject();

    private static void Throw(List<string> errors, string? origin = null)
    {
        if (errors.Count == 0) return;
        if (origin is not null) errors[0] = $"{origin}: {errors[0]}";
        throw new ConfigurationException(OneLine.Join(errors));
    }
}

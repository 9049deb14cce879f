using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace MbMix.Studies;

/// <summary>What a study has to work with: options, environments, models and a folder for its results.</summary>
public sealed class StudyContext
{
    private readonly List<string> environmentSettings;
    private readonly List<string> modelSettings;

    private StudyContext(
        TrainingSessions sessions, object options, List<string> environmentSettings, List<string> modelSettings,
        string folder, Action<string> say)
    {
        (Sessions, Options, this.environmentSettings, this.modelSettings, Folder, Say) =
            (sessions, options, environmentSettings, modelSettings, folder, say);
    }

    /// <summary>Creates the environments and models.</summary>
    public TrainingSessions Sessions { get; }

    /// <summary>Receives lines about the study's progress.</summary>
    public Action<string> Say { get; }

    /// <summary>Path of the folder that receives the results.</summary>
    public string Folder { get; }

    private object Options { get; }

    /// <summary>Returns the options as the study's type.</summary>
    public T OptionsAs<T>() => (T)Options;

    /// <summary>Resolves a training with its preset, on which the given settings have the last word.</summary>
    /// <param name="request">The training; its settings come before those of the study.</param>
    internal ResolvedConfiguration Resolve(TrainingRequest request) =>
        Sessions.Resolve(request with { Settings = [.. request.Settings, .. environmentSettings, .. modelSettings] });

    /// <summary>Creates the environment of a training.</summary>
    internal IDifferentiableEnv Environment(ResolvedConfiguration training, IWorkers workers) =>
        WithGradients(
            training.Environment,
            Sessions.CreateEnvironment(training.Environment, AsSettings("env", training.EnvironmentOptions), workers));

    /// <summary>Creates the model of a training, with additional settings.</summary>
    internal IDynamicsModel Model(
        ResolvedConfiguration training, IDifferentiableEnv env, long seed, IEnumerable<string> more) =>
        Sessions.CreateModel(
            training.Model!, [.. AsSettings("model", training.ModelOptions!), .. more], env, seed);

    /// <summary>Creates an environment with the given settings.</summary>
    public IDifferentiableEnv Environment(string name, IWorkers workers) =>
        WithGradients(name, Sessions.CreateEnvironment(name, environmentSettings, workers));

    private static IDifferentiableEnv WithGradients(string name, IDifferentiableEnv env)
    {
        if (env.Spec.Gradient.Kind != GradientKind.None) return env;
        env.Dispose();
        throw new ConfigurationException($"{name} has no gradients, which this study measures.");
    }

    /// <summary>Creates a model with the given settings, and with additional ones that override them.</summary>
    public IDynamicsModel Model(string name, IDifferentiableEnv env, long seed, params IEnumerable<string> more) =>
        Sessions.CreateModel(name, [.. modelSettings, .. more], env, seed);

    /// <summary>Writes a table as a CSV file.</summary>
    /// <param name="name">File name without its extension.</param>
    /// <param name="columns">Names of the columns, separated by commas.</param>
    /// <param name="rows">Rows of texts and numbers.</param>
    public void Table(string name, string columns, IEnumerable<object[]> rows)
    {
        var text = new StringBuilder(columns).Append('\n');
        foreach (object[] row in rows)
            text.AppendJoin(',', row.Select(Field)).Append('\n');
        AtomicFile.WriteText(Path.Combine(Folder, name + ".csv"), text.ToString());
    }

    /// <summary>Writes a figure with one line for the median of each curve and a band between its extremes.</summary>
    public void Figure(string name, string title, string xLabel, string yLabel, IEnumerable<StudyCurve> curves) =>
        CurvePlot.Save(
            Path.Combine(Folder, name + ".png"), title, xLabel, yLabel, [.. curves.Select(c => (c.Name, c.Band()))]);

    private static string Field(object value) =>
        CsvField.Quote(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    private static string[] AsSettings(string section, object options) =>
        [.. OptionsBinder.ToJson(options).Select(p => $"{section}.{p.Key}={p.Value?.ToJsonString() ?? "null"}")];

    internal static StudyContext Create(
        Study study, TrainingSessions sessions, IReadOnlyList<string> settings, string folder, Action<string> say)
    {
        var json = new JsonObject();
        List<string> environment = [], model = [];
        foreach (string setting in settings)
        {
            string section = setting.Split('.')[0].ToLowerInvariant();
            if (section is "env" or "model" && !study.Sections.Contains(section))
                throw new ConfigurationException(
                    $"{OneLine.Value(setting)}: the study {study.Name} has no such part; its settings begin with "
                    + $"{string.Join(" or ", study.Sections.Prepend("study").Select(s => $"'{s}.'"))}.");
            if (setting.StartsWith("env.", StringComparison.OrdinalIgnoreCase)) environment.Add(setting);
            else if (setting.StartsWith("model.", StringComparison.OrdinalIgnoreCase)) model.Add(setting);
            else Settings.Apply(setting, new Dictionary<string, JsonObject> { ["study"] = json });
        }
        var errors = new List<string>();
        object options = OptionsBinder.Bind(study.OptionsType, json, "study", errors);
        if (errors.Count > 0) throw new ConfigurationException(string.Join(" ", errors));
        Directory.CreateDirectory(folder);
        var optionsJson = OptionsBinder.ToJson(options);
        var content = new JsonObject
        {
            ["study"] = study.Name,
            ["options"] = optionsJson,
            ["settings"] = new JsonArray([.. environment.Concat(model).Select(s => (JsonNode)s)]),
        };
        AtomicFile.WriteText(Path.Combine(folder, "study.json"), content.ToJsonString(OptionsBinder.Json) + "\n");
        return new StudyContext(sessions, options, environment, model, folder, say);
    }
}

using System.Text;
using System.Text.RegularExpressions;

namespace MbMix.Comparison;

/// <summary>Finds and reads experiments.</summary>
public static partial class ExperimentReader
{
    private const int MostSeeds = 10_000, MostJobs = 1024;

    /// <summary>Reads an experiment.</summary>
    /// <param name="nameOrFile">
    /// Path of a file, or name of a file in <paramref name="folder"/> without its extension.
    /// </param>
    /// <param name="folder">Folder of the experiments that can be given by name.</param>
    /// <exception cref="ConfigurationException">There is no such experiment, or its content is not valid.</exception>
    public static Experiment Read(string nameOrFile, string folder)
    {
        string path = nameOrFile;
        if (string.IsNullOrWhiteSpace(nameOrFile))
            throw new ConfigurationException("The name of the experiment is empty.");
        if (!File.Exists(path)) path = Path.Combine(folder, nameOrFile + ".json");
        if (!File.Exists(path))
        {
            var known = Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f))
                : [];
            string hint = Suggestion.For(nameOrFile, known);
            throw new ConfigurationException(
                $"There is no experiment '{OneLine.Value(nameOrFile)}', and no such file.{hint}");
        }
        string name = Path.GetFileNameWithoutExtension(path);
        // the name becomes that of a folder
        if (!ClosedFolder.IsPlainName(name))
            throw new ConfigurationException($"'{OneLine.Value(name)}' cannot be the name of an experiment.");
        return Parse(name, DocumentReader.ReadFile(path, DocumentKind.Experiment));
    }

    /// <summary>Reads an experiment from the text of its file.</summary>
    /// <exception cref="ConfigurationException">The content is not valid.</exception>
    public static Experiment Parse(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(
            name, DocumentReader.Parse(Encoding.UTF8.GetBytes(json), $"Experiment {name}", DocumentKind.Experiment));
    }

    private static Experiment Parse(string name, DocumentValue json)
    {
        // a note is for readers of the file and is otherwise ignored
        json.AllowOnly(
            "title", "note", "environments", "seeds", "budget", "jobs", "settings", "environmentSettings", "arms",
            "scale");
        json.Find("note")?.Text();
        string[] environments = [.. json.Find("environments")?.Elements().Select(e => e.Word()) ?? []];
        if (environments.Length == 0) throw new ConfigurationException($"Experiment {name} names no environments.");
        var common = new Common(environments, json.Find("settings")?.Texts() ?? [], PerEnvironment(json));
        var arms = json.Find("arms")?.Elements().Select(a => Arm(name, common, a)).ToList() ?? [];
        if (arms.Count == 0) throw new ConfigurationException($"Experiment {name} has no arms.");
        string? twice = arms.GroupBy(a => ComparisonPlan.FileName(a.Label), StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(g => g.Count() > 1)?.First().Label;
        if (twice is not null)
            throw new ConfigurationException(
                $"Experiment {name} has two arms '{OneLine.Value(twice)}'; labels must differ.");
        return new Experiment
        {
            Name = name,
            Title = json.Find("title")?.Text() ?? name,
            Environments = environments,
            Seeds = (int)(json.Find("seeds")?.Integer(1, MostSeeds) ?? 5),
            Budget = json.Find("budget")?.Integer(1),
            Jobs = (int)(json.Find("jobs")?.Integer(1, MostJobs) ?? 2),
            Arms = arms,
            Scale = json.Find("scale")?.Members().ToDictionary(s => s.Key, s => ScaleOf(name, s.Key, s.Value)) ?? [],
        };
    }

    private static ComparisonArm Arm(string experiment, Common common, DocumentValue arm)
    {
        arm.AllowOnly("label", "algorithm", "model", "preset", "settings", "environmentSettings", "control");
        string label = arm.Find("label")?.Text() ?? "";
        if (!Label().IsMatch(label))
        {
            label = OneLine.Value(label);
            throw new ConfigurationException(
                $"Experiment {experiment}: '{label}' cannot be the label of an arm; "
                + "a label consists of letters, digits, spaces and . _ = + -.");
        }
        string algorithm = arm.Find("algorithm")?.Text() ?? "";
        if (string.IsNullOrWhiteSpace(algorithm))
            throw new ConfigurationException($"Experiment {experiment}: arm {label} names no algorithm.");
        var own = PerEnvironment(arm);
        var on = new Dictionary<string, IReadOnlyList<string>>();
        foreach (string environment in common.Environments)
        {
            string[] more = [.. Of(common.EnvironmentSettings, environment), .. Of(own, environment)];
            if (more.Length > 0) on[environment] = more;
        }
        foreach (string environment in common.EnvironmentSettings.Keys.Concat(own.Keys))
        {
            if (common.Environments.Contains(environment)) continue;
            string shown = OneLine.Value(environment), hint = Suggestion.For(environment, common.Environments);
            throw new ConfigurationException(
                $"Experiment {experiment}: settings are given for {shown}, which is not among its environments.{hint}");
        }
        return new ComparisonArm
        {
            Label = label,
            Algorithm = algorithm,
            Model = arm.Find("model")?.Word(),
            Preset = arm.Find("preset")?.Word(),
            Settings = [.. common.Settings, .. arm.Find("settings")?.Texts() ?? []],
            EnvironmentSettings = on,
            Control = arm.Find("control")?.Flag() ?? false,
        };
    }

    private static Dictionary<string, List<string>> PerEnvironment(DocumentValue json) =>
        json.Find("environmentSettings")?.Members().ToDictionary(m => m.Key, m => m.Value.Texts()) ?? [];

    private static IEnumerable<string> Of(Dictionary<string, List<string>> settings, string environment) =>
        settings.TryGetValue(environment, out var list) ? list : [];

    private static (double Zero, double One) ScaleOf(string experiment, string environment, DocumentValue scale)
    {
        if (scale.Elements().Select(e => e.Number()).ToArray() is [var zero, var one] && zero != one)
            return (zero, one);
        environment = OneLine.Value(environment);
        throw new ConfigurationException(
            $"Experiment {experiment}: the scale of {environment} must be two different returns, [zero, one].");
    }

    [GeneratedRegex(@"^[\w][\w .=+-]{0,99}\z")]
    private static partial Regex Label();

    private sealed record Common(
        string[] Environments, List<string> Settings, Dictionary<string, List<string>> EnvironmentSettings);
}

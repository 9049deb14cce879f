using System.Text;
using System.Text.RegularExpressions;
using MbMix.Hosting;

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
    /// <param name="catalog">Resolves the names of environments; without it, a name stands only for itself.</param>
    /// <exception cref="ConfigurationException">There is no such experiment, or its content is not valid.</exception>
    /// <exception cref="MbMixException">The file could not be read.</exception>
    public static Experiment Read(string nameOrFile, string folder, PluginCatalog? catalog = null)
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
        try
        {
            return Parse(name, DocumentReader.ReadFile(path, DocumentKind.Experiment), catalog);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ReportFile.Error(path, "read", e);
        }
    }

    /// <summary>Reads an experiment from the text of its file.</summary>
    /// <exception cref="ConfigurationException">The content is not valid.</exception>
    public static Experiment Parse(string name, string json, PluginCatalog? catalog = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(
            name, DocumentReader.Parse(Encoding.UTF8.GetBytes(json), $"Experiment {name}", DocumentKind.Experiment),
            catalog);
    }

    private static Experiment Parse(string name, DocumentValue json, PluginCatalog? catalog)
    {
        // a note is for readers of the file and is otherwise ignored
        json.AllowOnly(
            "title", "note", "environments", "seeds", "firstSeed", "budget", "jobs", "settings", "environmentSettings",
            "arms", "scale", "needs");
        json.Find("note")?.Text();
        string[] environments = [.. json.Find("environments")?.Elements().Select(e => e.Word()) ?? []];
        if (environments.Length == 0) throw new ConfigurationException($"Experiment {name} names no environments.");
        var names = new Names(name, environments, SpelledNames.Ids(catalog, ComponentKind.Environment));
        SpelledNames.RequireDistinct($"Experiment {name} names", environments, names.Id);
        var common = new Common(names, json.Find("settings")?.Texts() ?? [], PerEnvironment(names, json),
            RunNeeds.Read(json.Find("needs")));
        var arms = json.Find("arms")?.Elements().Select(a => Arm(name, common, a)).ToList() ?? [];
        if (arms.Count == 0) throw new ConfigurationException($"Experiment {name} has no arms.");
        // labels become names of folders
        var twins = arms.GroupBy(a => ComparisonPlan.FileName(a.Label), StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(g => g.Count() > 1)?.Select(a => a.Label).ToList();
        if (twins is not null)
            throw new ConfigurationException(twins[0] == twins[1]
                ? $"Experiment {name} has two arms '{OneLine.Value(twins[0])}'; labels must differ."
                : $"Experiment {name}: the arms '{OneLine.Value(twins[0])}' and '{OneLine.Value(twins[1])}' would "
                    + "share a folder; choose other labels.");
        return new Experiment
        {
            Name = name,
            Title = json.Find("title")?.Text() ?? name,
            Environments = environments,
            Seeds = (int)(json.Find("seeds")?.Integer(1, MostSeeds) ?? 5),
            FirstSeed = (int)(json.Find("firstSeed")?.Integer(0, MostSeeds) ?? 0),
            Budget = json.Find("budget")?.Integer(1),
            Jobs = (int)(json.Find("jobs")?.Integer(1, MostJobs) ?? 2),
            Arms = arms,
            Scale = names.Match(json.Find("scale"), "a scale is", value => ScaleOf(name, value)),
            EnvironmentId = names.Id,
        };
    }

    private static ComparisonArm Arm(string experiment, Common common, DocumentValue arm)
    {
        arm.AllowOnly("label", "algorithm", "model", "preset", "settings", "environmentSettings", "control", "needs");
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
        var own = PerEnvironment(common.Names, arm);
        var on = new Dictionary<string, IReadOnlyList<string>>();
        foreach (string environment in common.Names.Environments)
        {
            string[] more = [.. Of(common.EnvironmentSettings, environment), .. Of(own, environment)];
            if (more.Length > 0) on[environment] = more;
        }
        return new ComparisonArm
        {
            Label = label,
            Algorithm = algorithm,
            Model = arm.Find("model")?.Word(),
            Preset = arm.Find("preset")?.Word(),
            Settings = [.. common.Settings, .. arm.Find("settings")?.Texts() ?? []],
            EnvironmentSettings = on,
            Needs = RunNeeds.Read(arm.Find("needs")).Or(common.Needs),
            Control = arm.Find("control")?.Flag() ?? false,
        };
    }

    private static Dictionary<string, List<string>> PerEnvironment(Names names, DocumentValue json) =>
        names.Match(json.Find("environmentSettings"), "settings are", value => value.Value.Texts());

    private static IEnumerable<string> Of(Dictionary<string, List<string>> settings, string environment) =>
        settings.TryGetValue(environment, out var list) ? list : [];

    private static (double Zero, double One) ScaleOf(string experiment, KeyValuePair<string, DocumentValue> scale)
    {
        if (scale.Value.Elements().Select(e => e.Number()).ToArray() is [var zero, var one] && zero != one)
            return (zero, one);
        throw new ConfigurationException(
            $"Experiment {experiment}: the scale of {OneLine.Value(scale.Key)} must be two different returns, "
            + "[zero, one].");
    }

    [GeneratedRegex(@"^[\w][\w .=+-]{0,99}\z")]
    private static partial Regex Label();

    // the environments as the experiment spells them
    private sealed record Names(string Experiment, string[] Environments, Func<string, string> Id)
    {
        // what is given for environments, by any of their names
        public Dictionary<string, T> Match<T>(
            DocumentValue? json, string given, Func<KeyValuePair<string, DocumentValue>, T> read)
        {
            var values = new Dictionary<string, T>();
            foreach (var member in json?.Members() ?? [])
            {
                string shown = OneLine.Value(member.Key);
                string? environment = Array.Find(Environments, e => e == member.Key)
                    ?? Array.Find(Environments, e => Id(e) == Id(member.Key));
                if (environment is null)
                    throw new ConfigurationException(
                        $"Experiment {Experiment}: {given} given for {shown}, which is not among its environments."
                        + Suggestion.For(member.Key, Environments));
                if (!values.TryAdd(environment, read(member)))
                    throw new ConfigurationException(
                        $"Experiment {Experiment}: {given} given twice for {OneLine.Value(environment)}, the second "
                        + $"time as {shown}.");
            }
            return values;
        }
    }

    private sealed record Common(
        Names Names, List<string> Settings, Dictionary<string, List<string>> EnvironmentSettings, RunNeeds Needs);
}

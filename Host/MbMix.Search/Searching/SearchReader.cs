using System.Text;

namespace MbMix.Search;

/// <summary>Reads the file of a search.</summary>
public static class SearchReader
{
    private const int MostTrials = 100_000, MostSeeds = 10_000, MostJobs = 1024, MostRungs = 10, MostEta = 100;
    private const long MostBudget = 1_000_000_000_000_000;

    private static readonly Dictionary<string, SamplerKind> Samplers = new()
    {
        ["tpe"] = SamplerKind.Tpe,
        ["random"] = SamplerKind.Random,
        ["sobol"] = SamplerKind.Sobol,
    };

    /// <summary>Reads a search.</summary>
    /// <param name="nameOrFile">Path of a file, or name of a file in a folder without its extension.</param>
    /// <param name="folder">Folder of the searches that can be given by name.</param>
    /// <exception cref="ConfigurationException">There is no such search, or its content is not valid.</exception>
    /// <exception cref="MbMixException">The file could not be read.</exception>
    public static SearchTerms Read(string nameOrFile, string folder)
    {
        if (string.IsNullOrWhiteSpace(nameOrFile)) throw new ConfigurationException("The name of the search is empty.");
        string path = File.Exists(nameOrFile) ? nameOrFile : Path.Combine(folder, nameOrFile + ".json");
        if (!File.Exists(path))
        {
            var known = Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f))
                : [];
            throw new ConfigurationException(
                $"There is no search '{OneLine.Value(nameOrFile)}', and no such file."
                + Suggestion.For(nameOrFile, known));
        }
        string name = Path.GetFileNameWithoutExtension(path);
        // the name becomes that of a folder
        if (!ClosedFolder.IsPlainName(name))
            throw new ConfigurationException($"'{OneLine.Value(name)}' cannot be the name of a search.");
        try
        {
            return Parse(name, DocumentReader.ReadFile(path, DocumentKind.Experiment));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MbMixException($"{OneLine.Path(path)} could not be read: {FileTrouble.ReasonOf(e)}", e);
        }
    }

    /// <summary>Reads a search from the text of its file.</summary>
    /// <exception cref="ConfigurationException">The content is not valid.</exception>
    public static SearchTerms Parse(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(
            name, DocumentReader.Parse(Encoding.UTF8.GetBytes(json), $"Search {name}", DocumentKind.Experiment));
    }

    private static SearchTerms Parse(string name, DocumentValue json)
    {
        // a note is for readers of the file and is otherwise ignored
        json.AllowOnly(
            "title", "note", "environment", "algorithm", "model", "preset", "settings", "budget", "trials", "seeds",
            "firstSeed", "jobs", "goal", "sampler", "startup", "searchSeed", "pruner", "space");
        json.Find("note")?.Text();
        long? budget = json.Find("budget")?.Integer(1, MostBudget);
        var (eta, rungs) = Pruner(json.Find("pruner"), budget);
        return new SearchTerms
        {
            Name = name,
            Title = json.Find("title")?.Text() ?? name,
            Space = ReadSpace(json.Get("space", "an object with a member per parameter")),
            Trials = (int)(json.Find("trials")?.Integer(1, MostTrials) ?? 32),
            Sampler = OneOf(json.Find("sampler"), Samplers, SamplerKind.Tpe),
            Startup = (int)(json.Find("startup")?.Integer(1, MostTrials) ?? 10),
            SearchSeed = json.Find("searchSeed")?.Integer() ?? 0,
            Minimize = OneOf(json.Find("goal"), new() { ["maximize"] = false, ["minimize"] = true }, false),
            Budget = budget,
            Eta = eta,
            Rungs = rungs,
            FirstSeed = json.Find("firstSeed")?.Integer(0, int.MaxValue) ?? 1000,
            Seeds = (int)(json.Find("seeds")?.Integer(1, MostSeeds) ?? 2),
            Jobs = (int)(json.Find("jobs")?.Integer(1, MostJobs) ?? 2),
            Environment = json.Find("environment")?.Word(),
            Algorithm = json.Find("algorithm")?.Word(),
            Model = json.Find("model")?.Word(),
            Preset = json.Find("preset")?.Word(),
            Settings = json.Find("settings")?.Texts() ?? [],
        };
    }

    private static (int Eta, int Rungs) Pruner(DocumentValue? json, long? budget)
    {
        if (json is null) return (3, 1);
        json.AllowOnly("asha");
        var asha = json.Get("asha", "an object such as { \"eta\": 3, \"rungs\": 3 }");
        asha.AllowOnly("eta", "rungs");
        int eta = (int)(asha.Find("eta")?.Integer(2, MostEta) ?? 3);
        int rungs = (int)(asha.Find("rungs")?.Integer(1, MostRungs) ?? 3);
        if (budget is null) throw json.Error("the pruner needs a 'budget', of which its rungs are parts.");
        return Math.Pow(eta, rungs - 1) <= budget ? (eta, rungs)
            : throw asha.Error($"{rungs} rungs with eta {eta} are too many for a budget of {budget} steps.");
    }

    private static Space ReadSpace(DocumentValue json)
    {
        try
        {
            return new Space([.. json.Members().Select(m => ReadParameter(m.Key, m.Value))]);
        }
        catch (ConfigurationException e) when (e.Message.StartsWith("Parameter", StringComparison.Ordinal)
            || e.Message.StartsWith("The space", StringComparison.Ordinal))
        {
            throw json.Error(OneLine.Limit(e.Message, taken: 60));
        }
    }

    private static Parameter ReadParameter(string name, DocumentValue json)
    {
        json.AllowOnly("real", "integer", "choice", "log", "when");
        string[] kinds = [.. new[] { "real", "integer", "choice" }.Where(k => json.Find(k) is not null)];
        if (kinds.Length != 1)
            throw json.Wrong("exactly one of \"real\": [low, high], \"integer\": [low, high] and \"choice\": [values]");
        var value = json.Get(kinds[0], "a list");
        bool logarithmic = json.Find("log")?.Flag() ?? false;
        var condition = json.Find("when") is { } when ? ReadCondition(when) : null;
        if (kinds[0] == "choice")
        {
            if (logarithmic) throw json.Error($"the choice '{OneLine.Value(name)}' cannot be logarithmic.");
            return new Parameter
            {
                Name = name,
                Kind = ParameterKind.Choice,
                Choices = [.. value.Elements().Select(TextOf)],
                Condition = condition,
            };
        }
        bool whole = kinds[0] == "integer";
        double[] range = [.. value.Elements().Select(e => whole ? e.Integer() : e.Number())];
        if (range.Length != 2) throw value.Wrong("[low, high]");
        return new Parameter
        {
            Name = name,
            Kind = whole ? ParameterKind.Integer : ParameterKind.Real,
            Low = range[0],
            High = range[1],
            Logarithmic = logarithmic,
            Condition = condition,
        };
    }

    private static Condition ReadCondition(DocumentValue json)
    {
        var members = json.Members().ToList();
        if (members.Count != 1) throw json.Wrong("an object with one member, such as { \"algo.critic\": [\"mean\"] }");
        var (name, values) = members[0];
        return new Condition(
            name, values.IsArray ? [.. values.Elements().Select(TextOf)] : [TextOf(values)]);
    }

    private static string TextOf(DocumentValue value) => value.ToNode()?.ToJsonString() ?? "null";

    private static T OneOf<T>(DocumentValue? json, Dictionary<string, T> values, T otherwise)
    {
        if (json is null) return otherwise;
        string word = json.Word();
        return values.TryGetValue(word, out var value) ? value
            : throw json.Error($"'{OneLine.Value(word)}' is unknown.{Suggestion.For(word, values.Keys)}");
    }
}

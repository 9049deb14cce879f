using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>Finds and reads experiments.</summary>
public static partial class ExperimentReader
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads an experiment.</summary>
    /// <param name="nameOrFile">A file, or the name of one in <paramref name="folder"/> without its extension.</param>
    /// <param name="folder">Folder of the experiments that have names.</param>
    /// <exception cref="ConfigurationException">There is none, or it makes no sense.</exception>
    public static Experiment Read(string nameOrFile, string folder)
    {
        string path = nameOrFile;
        if (!File.Exists(path)) path = Path.Combine(folder, nameOrFile + ".json");
        if (!File.Exists(path))
        {
            var known = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)) : [];
            throw new ConfigurationException($"There is no experiment '{nameOrFile}', and no such file.{Suggestion.For(nameOrFile, known)}");
        }
        return Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));
    }

    /// <summary>Reads an experiment from the content of its file.</summary>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public static Experiment Parse(string name, string json)
    {
        Form form;
        try
        {
            form = JsonSerializer.Deserialize<Form>(json, Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"Experiment {name} cannot be read: {OneLine.Of(e)}", e);
        }
        if (form.Environments is not { Count: > 0 }) throw new ConfigurationException($"Experiment {name} names no environments.");
        if (form.Arms is not { Count: > 0 }) throw new ConfigurationException($"Experiment {name} has no arms.");
        if (form.Jobs < 1) throw new ConfigurationException($"Experiment {name}: \"jobs\" must be at least 1, not {form.Jobs}.");
        var arms = form.Arms.Select(a => Arm(name, form, a)).ToList();
        string? twice = arms.GroupBy(a => ComparisonPlan.FileName(a.Label), StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1)?.First().Label;
        if (twice is not null) throw new ConfigurationException($"Experiment {name} has two arms '{twice}'; labels must differ.");
        return new Experiment
        {
            Name = name,
            Title = form.Title ?? name,
            Environments = form.Environments,
            Seeds = form.Seeds,
            Budget = form.Budget,
            Jobs = form.Jobs,
            Arms = arms,
            Scale = (form.Scale ?? []).ToDictionary(s => s.Key, s => Ends(name, s.Key, s.Value)),
        };
    }

    private static ComparisonArm Arm(string experiment, Form form, ArmForm arm)
    {
        if (arm.Label is null || !Label().IsMatch(arm.Label))
            throw new ConfigurationException($"Experiment {experiment}: '{arm.Label}' cannot be the label of an arm; letters, digits, spaces and . _ = + - make one.");
        if (string.IsNullOrWhiteSpace(arm.Algorithm)) throw new ConfigurationException($"Experiment {experiment}: arm {arm.Label} names no algorithm.");
        var on = new Dictionary<string, IReadOnlyList<string>>();
        foreach (string environment in form.Environments!)
        {
            string[] more = [.. Of(form.EnvironmentSettings, environment), .. Of(arm.EnvironmentSettings, environment)];
            if (more.Length > 0) on[environment] = more;
        }
        foreach (string environment in (form.EnvironmentSettings ?? []).Keys.Concat((arm.EnvironmentSettings ?? []).Keys))
        {
            if (!form.Environments.Contains(environment))
                throw new ConfigurationException($"Experiment {experiment}: settings are given for {environment}, which is not among its environments.{Suggestion.For(environment, form.Environments)}");
        }
        return new ComparisonArm
        {
            Label = arm.Label,
            Algorithm = arm.Algorithm,
            Model = arm.Model,
            Preset = arm.Preset,
            Settings = [.. form.Settings ?? [], .. arm.Settings ?? []],
            EnvironmentSettings = on,
            Control = arm.Control,
        };
    }

    private static IEnumerable<string> Of(Dictionary<string, List<string>>? settings, string environment) =>
        settings is not null && settings.TryGetValue(environment, out var list) ? list : [];

    private static (double Zero, double One) Ends(string experiment, string environment, double[] ends) =>
        ends is [var zero, var one] && zero != one
            ? (zero, one)
            : throw new ConfigurationException($"Experiment {experiment}: the scale of {environment} must be two different returns, [zero, one].");

    [GeneratedRegex(@"^[\w][\w .=+-]*$")]
    private static partial Regex Label();

    private sealed record Form
    {
        public string? Title { get; init; }

        // for people
        public string? Note { get; init; }

        public List<string>? Environments { get; init; }

        public int Seeds { get; init; } = 5;

        public long? Budget { get; init; }

        public int Jobs { get; init; } = 2;

        public List<string>? Settings { get; init; }

        public Dictionary<string, List<string>>? EnvironmentSettings { get; init; }

        public List<ArmForm>? Arms { get; init; }

        public Dictionary<string, double[]>? Scale { get; init; }
    }

    private sealed record ArmForm
    {
        public string? Label { get; init; }

        public string? Algorithm { get; init; }

        public string? Model { get; init; }

        public string? Preset { get; init; }

        public List<string>? Settings { get; init; }

        public Dictionary<string, List<string>>? EnvironmentSettings { get; init; }

        public bool Control { get; init; }
    }
}

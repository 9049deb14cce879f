using System.Text.Json.Nodes;
using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>What a run folder says about how the run was made: settings, command and surroundings.</summary>
internal sealed record RunFacts
{
    private const int HashDigits = 8;

    public static RunFacts None { get; } = new();

    public string Environment { get; private init; } = "";

    public string Algorithm { get; private init; } = "";

    public string? Model { get; private init; }

    public long Seed { get; private init; }

    public long? Budget { get; private init; }

    /// <summary>Every setting by its key, such as <c>algo.horizon</c>.</summary>
    public SortedDictionary<string, string> Settings { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Arguments of the first start; null if they are not known.</summary>
    public IReadOnlyList<string>? Arguments { get; private init; }

    /// <summary>Number of starts; 0 if it is not known.</summary>
    public int Starts { get; private init; }

    /// <summary>Versions, plugins and machine of the last start.</summary>
    public IReadOnlyList<(string Name, string Value)> Surroundings { get; private init; } = [];

    /// <summary>Why something is not known, in one line; null if there is nothing to say.</summary>
    public string? Trouble { get; private init; }

    /// <summary>
    /// Reads the facts of a run. Whatever cannot be read is missing, and <see cref="Trouble"/> says so.
    /// </summary>
    public static RunFacts Read(string path)
    {
        var facts = None;
        try
        {
            var folder = RunFolder.Open(path);
            facts = OfConfiguration(folder.ReadConfig());
            return facts.WithStarts(Manifest.ReadStarts(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException
            or InvalidOperationException or FormatException)
        {
            return facts with { Trouble = OneLine.Of(e) };
        }
    }

    private static RunFacts OfConfiguration(JsonObject config)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["preset"] = Text(config, "preset") ?? "none",
            ["model"] = Text(config, "model", "id") ?? "none",
        };
        foreach (string section in new[] { "run", "env", "algo", "model" })
        {
            foreach (var (key, value) in config[section] as JsonObject ?? [])
            {
                if (section == "model" && key == "id") continue;
                settings[$"{section}.{key}"] = OneLine.Value(value switch
                {
                    null => "none",
                    JsonValue single => single.ToString(),
                    _ => value.ToJsonString(),
                });
            }
        }
        return new RunFacts
        {
            Environment = Text(config, "environment") ?? throw new MbMixException("config.json names no environment."),
            Algorithm = Text(config, "algorithm") ?? throw new MbMixException("config.json names no algorithm."),
            Model = Text(config, "model", "id"),
            Seed = config["seed"]?.GetValue<long>() ?? 0,
            Budget = config["run"]?["budget"]?.GetValue<long>(),
            Settings = settings,
        };
    }

    private RunFacts WithStarts(JsonArray starts)
    {
        if (starts.Count == 0) return this;
        var last = starts[^1];
        var arguments = starts[0]?["commandLine"] as JsonArray;
        return this with
        {
            Arguments = arguments is { Count: > 0 } ? [.. arguments.Select(a => a?.ToString() ?? "")] : null,
            Starts = starts.Count,
            Surroundings = [.. SurroundingsOf(last)],
        };
    }

    private static IEnumerable<(string Name, string Value)> SurroundingsOf(JsonNode? start)
    {
        string[] version = (Text(start, "versions", "mbmix") ?? "unknown").Split('+', 2);
        yield return ("mbmix", version[0]);
        if (version.Length > 1) yield return ("commit", version[1]);
        if (Text(start, "host") is { } host) yield return ("host", Short(host));
        foreach (string key in new[] { "dotnet", "torchSharp", "libtorch", "simulator" })
        {
            if (Text(start, "versions", key) is { } value) yield return (key, value);
        }
        string[] uses = start is null ? [] : [.. RunChanges.PluginsIn(start)];
        foreach (var plugin in (start?["plugins"] as JsonArray ?? []).Where(p => uses.Contains(Text(p, "name"))))
            yield return (
                $"plugin {Text(plugin, "name")}", $"{Text(plugin, "version")} ({Short(Text(plugin, "sha256") ?? "")})");
        foreach (var file in start?["files"] as JsonArray ?? [])
            yield return ($"file {Text(file, "path")}", Short(Text(file, "sha256") ?? ""));
        yield return ("threads", Text(start, "threads") ?? "unknown");
        yield return ("machine", Machine(start?["machine"]));
    }

    private static string Machine(JsonNode? machine)
    {
        string memory = long.TryParse(Text(machine, "memoryBytes"), out long bytes)
            ? FormattableString.Invariant($"{bytes / (double)(1L << 30):0.0} GiB") : "memory unknown";
        return string.Join(", ",
            Text(machine, "processor") ?? "processor unknown", $"{Text(machine, "cores")} cores",
            $"{Text(machine, "vectorBits")}-bit vectors", memory, Text(machine, "system") ?? "system unknown");
    }

    private static string? Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (string key in path) node = (node as JsonObject)?[key];
        return node is JsonValue value ? value.ToString() : null;
    }

    private static string Short(string hash) => hash.Length > HashDigits ? hash[..HashDigits] : hash;
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Reads the presets embedded in a plugin's assembly.</summary>
internal static class PresetReader
{
    private const string Prefix = "presets/";
    private static readonly string[] Keys = ["algorithm", "environment", "model", "provenance", "run", "algo", "env", "modelOptions"];
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Every preset of an assembly.</summary>
    public static List<Preset> ReadAll(Assembly assembly, string plugin)
    {
        var presets = new List<Preset>();
        if (assembly.IsDynamic) return presets;
        foreach (string resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal) || !resource.EndsWith(".json", StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(resource)!;
            presets.Add(Read(stream, resource[Prefix.Length..^".json".Length], plugin));
        }
        return presets;
    }

    /// <summary>One preset.</summary>
    public static Preset Read(Stream stream, string name, string plugin)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(stream, documentOptions: Lenient)!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new MbMixException($"preset {name} is not a JSON object: {OneLine.Of(e)}", e);
        }
        foreach (var (key, _) in json)
        {
            if (!Keys.Contains(key)) throw new MbMixException($"preset {name} has the unknown key '{key}'.{Suggestion.For(key, Keys)}");
        }
        return new Preset
        {
            Name = name,
            Plugin = plugin,
            Algorithm = Text(json, name, "algorithm") ?? throw new MbMixException($"preset {name} names no algorithm"),
            Environment = Text(json, name, "environment") ?? throw new MbMixException($"preset {name} names no environment"),
            Model = Text(json, name, "model"),
            Provenance = Text(json, name, "provenance") ?? "",
            Run = Section(json, name, "run"),
            Algo = Section(json, name, "algo"),
            Env = Section(json, name, "env"),
            ModelOptions = Section(json, name, "modelOptions"),
        };
    }

    private static string? Text(JsonObject json, string preset, string key) => json[key] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw new MbMixException($"preset {preset}: '{key}' must be a text"),
    };

    private static JsonObject Section(JsonObject json, string preset, string key) => json[key] switch
    {
        null => [],
        JsonObject section => section.DeepClone().AsObject(),
        _ => throw new MbMixException($"preset {preset}: '{key}' must be an object"),
    };
}

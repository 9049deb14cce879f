using System.Reflection;
using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Reads the presets embedded in a plugin's assembly.</summary>
internal static class PresetReader
{
    private const string Prefix = "presets/";
    private static readonly string[] Keys =
        ["algorithm", "environment", "model", "provenance", "run", "algo", "env"];

    /// <summary>Reads every preset of an assembly.</summary>
    public static List<Preset> ReadAll(Assembly assembly, string plugin)
    {
        var presets = new List<Preset>();
        if (assembly.IsDynamic) return presets;
        foreach (string resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal)
                || !resource.EndsWith(".json", StringComparison.Ordinal))
                continue;
            using var stream = assembly.GetManifestResourceStream(resource)!;
            presets.Add(Read(stream, resource[Prefix.Length..^".json".Length], plugin));
        }
        return presets;
    }

    /// <summary>Reads one preset.</summary>
    /// <exception cref="MbMixException">The preset is not valid.</exception>
    public static Preset Read(Stream stream, string name, string plugin)
    {
        var json = DocumentReader.Read(stream, $"preset {OneLine.Value(name)}", DocumentKind.Preset);
        json.AllowOnly(Keys);
        var model = ModelChoice.Read(json);
        return new Preset
        {
            Name = name,
            Plugin = plugin,
            Algorithm = json.Get("algorithm", "the id of an algorithm").Word(),
            Environment = json.Get("environment", "the id of an environment").Word(),
            Model = model?.Id,
            Provenance = json.Find("provenance")?.Text() ?? "",
            Run = Section(json, "run"),
            Algo = Section(json, "algo"),
            Env = Section(json, "env"),
            ModelOptions = model?.Options ?? [],
        };
    }

    private static JsonObject Section(DocumentValue preset, string key) => preset.Find(key)?.ToObject() ?? [];
}

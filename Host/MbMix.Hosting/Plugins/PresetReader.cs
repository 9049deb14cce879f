using System.Reflection;
using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Reads the presets embedded in a plugin's assembly.</summary>
internal static class PresetReader
{
    /// <summary>How the name of a file with a preset ends.</summary>
    public const string Extension = ".json";

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
                || !resource.EndsWith(Extension, StringComparison.Ordinal))
                continue;
            using var stream = assembly.GetManifestResourceStream(resource)!;
            presets.Add(Read(stream, resource[Prefix.Length..^Extension.Length], plugin));
        }
        return presets;
    }

    /// <summary>Reads one preset.</summary>
    /// <exception cref="MbMixException">The preset is not valid.</exception>
    public static Preset Read(Stream stream, string name, string plugin)
    {
        return Read(DocumentReader.Read(stream, $"preset {OneLine.Value(name)}", DocumentKind.Preset), name, plugin);
    }

    /// <summary>Reads a preset from a file of the user.</summary>
    /// <exception cref="ConfigurationException">There is no such file, or it is no preset.</exception>
    public static Preset ReadFile(string path)
    {
        try
        {
            string file = UserPath.Full(path, "the preset");
            string name = Path.GetFileNameWithoutExtension(file);
            // comments are allowed, as in the presets of plugins, but mistakes are the user's
            return Read(DocumentReader.ReadFile(file, DocumentKind.Experiment), name, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"The preset {OneLine.Path(path)} could not be read: {FileTrouble.ReasonOf(e)}.", e);
        }
    }

    private static Preset Read(DocumentValue json, string name, string plugin)
    {
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

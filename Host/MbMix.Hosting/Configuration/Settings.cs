using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Applies settings of the form <c>section.key=value</c>.</summary>
internal static class Settings
{
    /// <summary>Writes a setting into the section that it names.</summary>
    /// <exception cref="ConfigurationException">The setting is malformed or names an unknown section.</exception>
    public static void Apply(string setting, IReadOnlyDictionary<string, JsonObject> sections)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        string path = equals < 0 ? setting : setting[..equals].Trim();
        string[] parts = path.Split('.');
        if (equals < 0 || parts.Length < 2 || Array.Exists(parts, string.IsNullOrWhiteSpace))
        {
            throw new ConfigurationException(
                $"'{OneLine.Value(setting)}' is not a setting: write section.key=value, for example algo.horizon=32.");
        }
        string? section = sections.Keys.FirstOrDefault(k => k.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
        if (section is null)
        {
            string hint = Suggestion.For(parts[0], sections.Keys);
            throw new ConfigurationException(
                $"'{OneLine.Value(setting)}': there is no section '{OneLine.Value(parts[0])}'.{hint}");
        }
        var target = sections[section];
        foreach (string key in parts[1..^1])
        {
            if (Find(target, key) is not JsonObject inner) Put(target, key, inner = []);
            target = inner;
        }
        Put(target, parts[^1], Value(path, setting[(equals + 1)..].Trim()));
    }

    /// <summary>Returns the value of a key, ignoring case; null if there is none.</summary>
    private static JsonNode? Find(JsonObject target, string key) =>
        target.FirstOrDefault(p => p.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;

    private static void Put(JsonObject target, string key, JsonNode? value)
    {
        string[] same =
            [.. target.Select(p => p.Key).Where(k => k.Equals(key, StringComparison.OrdinalIgnoreCase))];
        foreach (string old in same) target.Remove(old);
        target[key] = value;
    }

    // a value that parses as JSON is JSON; any other is text, so that text needs no JSON quotes inside shell quotes
    private static JsonNode? Value(string path, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
        return DocumentReader.Parse(Encoding.UTF8.GetBytes(text), OneLine.Value(path), DocumentKind.Setting).ToNode();
    }
}

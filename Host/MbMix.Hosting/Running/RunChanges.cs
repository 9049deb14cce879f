using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>
/// Finds what has changed since a run was last started: with other plugins, another host, library or vector width, or
/// another content of the files that it reads, it would go on as another run.
/// </summary>
internal static class RunChanges
{
    private const int HashDigits = 8;

    /// <summary>
    /// Lists what differs between two starts, each in a few words; what is not recorded is passed over.
    /// </summary>
    /// <param name="before">An entry of the manifest.</param>
    /// <param name="now">What <see cref="Manifest.Surroundings"/> returns now.</param>
    /// <param name="plugins">Names of the plugins that the run uses.</param>
    public static List<string> Between(JsonNode before, JsonNode now, IEnumerable<string> plugins)
    {
        List<string> changes = [];
        foreach (string plugin in plugins.Distinct())
            Compare($"plugin {plugin}", Short(Plugin(before, plugin)), Short(Plugin(now, plugin)));
        Compare("host", Short(Text(before, "host")), Short(Text(now, "host")));
        foreach (var (key, name) in new[] { ("libtorch", "libtorch"), ("simulator", "simulator") })
            Compare(name, Text(before, "versions", key), Text(now, "versions", key));
        foreach (var file in Files(before))
        {
            string? path = Text(file, "path"), here = Files(now).Where(f => Text(f, "path") == path)
                .Select(f => Text(f, "sha256")).FirstOrDefault();
            Compare($"file {OneLine.Path(path ?? "")}", Short(Text(file, "sha256")), Short(here));
        }
        Compare("architecture", Text(before, "machine", "architecture"), Text(now, "machine", "architecture"));
        Compare("vector width", Text(before, "machine", "vectorBits"), Text(now, "machine", "vectorBits"));
        // runs of before, which do not say it, were not separate
        Compare(
            "products rounded before they are added",
            Text(before, "machine", "separateMultiplyAdd") ?? "false", Text(now, "machine", "separateMultiplyAdd"));
        return changes;

        void Compare(string what, string? then, string? here)
        {
            if (then is not null && here is not null && then != here)
                changes.Add($"{what} {OneLine.Value(then)} -> {OneLine.Value(here)}");
        }
    }

    /// <summary>Lists what has changed since a run was last started, from its manifest.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="catalog">The plugins.</param>
    /// <param name="env">Description of the environment; null if it has not been made.</param>
    /// <param name="components">Ids of the components whose plugins count.</param>
    public static List<string> Since(
        RunFolder folder, PluginCatalog catalog, EnvSpec? env, params IEnumerable<string?> components)
    {
        var starts = Manifest.ReadStarts(folder);
        if (starts.Count == 0) return [];
        var now = Manifest.Surroundings(catalog, env, components);
        return Between(starts[^1]!, now, PluginsIn(now));
    }

    /// <summary>Returns the names of the plugins that the run used, according to an entry of its manifest.</summary>
    public static IEnumerable<string> PluginsIn(JsonNode start) => (start as JsonObject)?["uses"] is JsonArray all
        ? all.Select(p => p?.ToString()).OfType<string>()
        : [];

    private static IEnumerable<JsonNode?> Files(JsonNode start) =>
        (start as JsonObject)?["files"] as JsonArray ?? Enumerable.Empty<JsonNode?>();

    private static string? Plugin(JsonNode start, string name)
    {
        if ((start as JsonObject)?["plugins"] is not JsonArray all) return null;
        return all.Where(p => Text(p, "name") == name).Select(p => Text(p, "sha256")).FirstOrDefault();
    }

    private static string? Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (string key in path) node = (node as JsonObject)?[key];
        return node is JsonValue value ? value.ToString() : null;
    }

    private static string? Short(string? hash) => hash?.Length > HashDigits ? hash[..HashDigits] : hash;
}

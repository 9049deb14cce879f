using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>
/// The complete configuration of a run, with every default written out; it is the content of <c>config.json</c>.
/// </summary>
public sealed record ResolvedConfiguration
{
    /// <summary>Id of the environment.</summary>
    public required string Environment { get; init; }

    /// <summary>Id of the algorithm.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Id of the dynamics model; null if the run has none.</summary>
    public string? Model { get; init; }

    /// <summary>Name of the preset that the settings are based on; null if there is none.</summary>
    public string? Preset { get; init; }

    /// <summary>Where the preset's values come from; null if there is no preset.</summary>
    public string? Provenance { get; init; }

    /// <summary>Seed of everything random in the run.</summary>
    public required long Seed { get; init; }

    /// <summary>Number of worker threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Settings of the run itself.</summary>
    public required RunOptions Run { get; init; }

    /// <summary>Options of the environment.</summary>
    public required object EnvironmentOptions { get; init; }

    /// <summary>Options of the algorithm.</summary>
    public required object AlgorithmOptions { get; init; }

    /// <summary>Options of the model; null if the run has none.</summary>
    public object? ModelOptions { get; init; }

    /// <summary>
    /// Plugin folders named for this run in addition to the host's own, as full paths; a resumed run loads them again.
    /// </summary>
    public IReadOnlyList<string> PluginFolders { get; init; } = [];

    /// <summary>Returns the content of <c>config.json</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["environment"] = Environment,
        ["algorithm"] = Algorithm,
        ["preset"] = Preset,
        ["provenance"] = Provenance,
        ["seed"] = Seed,
        ["threads"] = Threads,
        ["plugins"] = new JsonArray([.. PluginFolders.Select(f => (JsonNode)f)]),
        ["run"] = OptionsBinder.ToJson(Run),
        ["env"] = OptionsBinder.ToJson(EnvironmentOptions),
        ["algo"] = OptionsBinder.ToJson(AlgorithmOptions),
        ["model"] = ModelToJson(),
    };

    private JsonObject? ModelToJson()
    {
        if (Model is null) return null;
        var json = new JsonObject { [ModelChoice.IdKey] = Model };
        foreach (var (key, value) in OptionsBinder.ToJson(ModelOptions!)) json[key] = value?.DeepClone();
        return json;
    }
}

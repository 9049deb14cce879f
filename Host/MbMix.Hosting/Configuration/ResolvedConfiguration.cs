using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Everything that decides a run, with nothing left to defaults: what <c>config.json</c> holds.</summary>
public sealed record ResolvedConfiguration
{
    /// <summary>Environment id.</summary>
    public required string Environment { get; init; }

    /// <summary>Algorithm id.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Model id, where there is one.</summary>
    public string? Model { get; init; }

    /// <summary>Name of the preset the settings began with.</summary>
    public string? Preset { get; init; }

    /// <summary>Where the preset's settings come from.</summary>
    public string? Provenance { get; init; }

    /// <summary>Seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Worker threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Settings of the run itself.</summary>
    public required RunOptions Run { get; init; }

    /// <summary>Options of the environment.</summary>
    public required object EnvironmentOptions { get; init; }

    /// <summary>Options of the algorithm.</summary>
    public required object AlgorithmOptions { get; init; }

    /// <summary>Options of the model, where there is one.</summary>
    public object? ModelOptions { get; init; }

    /// <summary>Plugin folders that were named for this run, beside the host's own; a resumed run looks there again.</summary>
    public IReadOnlyList<string> PluginFolders { get; init; } = [];

    /// <summary>The content of <c>config.json</c>.</summary>
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

using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Settings for an algorithm on an environment, shipped inside a plugin as <c>presets/NAME.json</c>.</summary>
public sealed record Preset
{
    /// <summary>Name of the file without its extension.</summary>
    public required string Name { get; init; }

    /// <summary>Plugin that ships it.</summary>
    public required string Plugin { get; init; }

    /// <summary>Id of the algorithm.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Id of the environment it was made for.</summary>
    public required string Environment { get; init; }

    /// <summary>Id of the dynamics model, where one is used.</summary>
    public string? Model { get; init; }

    /// <summary>Where the settings come from.</summary>
    public string Provenance { get; init; } = "";

    internal JsonObject Run { get; init; } = [];

    internal JsonObject Algo { get; init; } = [];

    internal JsonObject Env { get; init; } = [];

    internal JsonObject ModelOptions { get; init; } = [];
}

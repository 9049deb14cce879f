using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Settings for an algorithm on an environment, shipped inside a plugin as <c>presets/NAME.json</c>.</summary>
public sealed record Preset
{
    /// <summary>Name of the preset: that of its file without the extension.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the plugin that contains the preset.</summary>
    public required string Plugin { get; init; }

    /// <summary>Id of the algorithm.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Id of the environment that the preset was made for.</summary>
    public required string Environment { get; init; }

    /// <summary>Id of the dynamics model; null if none is used.</summary>
    public string? Model { get; init; }

    /// <summary>Where the settings come from.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>What the preset is called in messages; the plugin of one that is a file has no name.</summary>
    internal string Origin => Plugin.Length == 0 ? $"preset {Name}" : $"preset {Name} of plugin {Plugin}";

    internal JsonObject Run { get; init; } = [];

    internal JsonObject Algo { get; init; } = [];

    internal JsonObject Env { get; init; } = [];

    internal JsonObject ModelOptions { get; init; } = [];
}

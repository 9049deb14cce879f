namespace MbMix.Hosting;

/// <summary>What a person asks for: names, and settings on top of the preset.</summary>
public sealed record TrainingRequest
{
    /// <summary>Environment, by id or name.</summary>
    public required string Environment { get; init; }

    /// <summary>Algorithm, by id or name.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Dynamics model, by id or name; null for the preset's, <c>none</c> for none.</summary>
    public string? Model { get; init; }

    /// <summary>Preset by name; null for the one made for this algorithm and environment, <c>none</c> for plain defaults.</summary>
    public string? Preset { get; init; }

    /// <summary>Settings of the form <c>section.key=value</c>, sections <c>env</c>, <c>algo</c>, <c>model</c> and <c>run</c>; later ones win.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Seed of the run.</summary>
    public long Seed { get; init; }

    /// <summary>Worker threads; null for the host's default. Results do not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>Environment steps; null for the preset's.</summary>
    public long? Budget { get; init; }
}

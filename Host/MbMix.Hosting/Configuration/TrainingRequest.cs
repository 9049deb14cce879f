namespace MbMix.Hosting;

/// <summary>A request for training: names of components, and settings that override the preset.</summary>
public sealed record TrainingRequest
{
    /// <summary>Environment, by id or name.</summary>
    public required string Environment { get; init; }

    /// <summary>Algorithm, by id or name.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Dynamics model, by id or name; null for the preset's model, <c>none</c> for no model.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// Name of the preset, or path of a file with one, which ends in <c>.json</c>; null for the one made for this
    /// algorithm and environment, <c>none</c> for the defaults of all options.
    /// </summary>
    public string? Preset { get; init; }

    /// <summary>
    /// Settings of the form <c>section.key=value</c>, where the section is <c>env</c>, <c>algo</c>, <c>model</c> or
    /// <c>run</c>. If a key occurs more than once, the last value counts.
    /// </summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Seed of the run.</summary>
    public long Seed { get; init; }

    /// <summary>Number of worker threads; null for the host's default. Results do not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>Number of environment steps to train for; null for the value of the preset or the settings.</summary>
    public long? Budget { get; init; }
}

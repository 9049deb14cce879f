namespace MbMix.Search;

/// <summary>
/// The terms of a search: what is searched, how, and what is trained. docs/tuning.md describes the file.
/// </summary>
public sealed record SearchTerms
{
    /// <summary>Name of the search: that of its file without the extension.</summary>
    public required string Name { get; init; }

    /// <summary>What the search is about, in one line.</summary>
    public string Title { get; init; } = "";

    /// <summary>The space of settings.</summary>
    public required Space Space { get; init; }

    /// <summary>Number of trials.</summary>
    public int Trials { get; init; } = 32;

    /// <summary>How settings are suggested.</summary>
    public SamplerKind Sampler { get; init; } = SamplerKind.Tpe;

    /// <summary>Number of trials before the sampler uses what is known.</summary>
    public int Startup { get; init; } = 10;

    /// <summary>Seed of the suggestions.</summary>
    public long SearchSeed { get; init; }

    /// <summary>Whether a smaller value is better.</summary>
    public bool Minimize { get; init; }

    /// <summary>Steps of a whole training; null if the search only asks and tells.</summary>
    public long? Budget { get; init; }

    /// <summary>With early stopping, one in this many trials goes on to the next rung.</summary>
    public int Eta { get; init; } = 3;

    /// <summary>Number of rungs; 1 for no early stopping.</summary>
    public int Rungs { get; init; } = 1;

    /// <summary>The first seed of the trainings.</summary>
    public long FirstSeed { get; init; } = 1000;

    /// <summary>Number of seeds of each trial.</summary>
    public int Seeds { get; init; } = 2;

    /// <summary>Number of trainings in parallel.</summary>
    public int Jobs { get; init; } = 2;

    /// <summary>Environment that is trained on; null if the search only asks and tells.</summary>
    public string? Environment { get; init; }

    /// <summary>Algorithm that is trained; null if the search only asks and tells.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Dynamics model; null for that of the preset.</summary>
    public string? Model { get; init; }

    /// <summary>Preset that trials begin with; null for that of algorithm and environment.</summary>
    public string? Preset { get; init; }

    /// <summary>Settings of every trial, <c>section.key=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The seeds of each trial.</summary>
    public IReadOnlyList<long> SeedNumbers => [.. Enumerable.Range(0, Seeds).Select(s => FirstSeed + s)];

    /// <summary>The rungs.</summary>
    public RungLadder Ladder => new(Budget ?? 1, Eta, Rungs);
}

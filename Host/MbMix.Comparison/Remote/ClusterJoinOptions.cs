namespace MbMix.Comparison;

/// <summary>How a runner is run.</summary>
public sealed record ClusterJoinOptions
{
    /// <summary>The coordinator.</summary>
    public required ClusterAddress Address { get; init; }

    /// <summary>Folder for the runs while they are at work here.</summary>
    public required string Folder { get; init; }

    /// <summary>Name of the runner, for people; null for the machine's name and the folder's.</summary>
    public string? Name { get; init; }

    /// <summary>Number of cores to offer; null for all.</summary>
    public int? Cores { get; init; }

    /// <summary>Memory to offer [MiB]; null for all.</summary>
    public int? Memory { get; init; }

    /// <summary>Path of <c>mbmix</c>, followed by leading arguments; empty for the running program.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Labels, which runs can ask for.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}

namespace MbMix.Cluster;

/// <summary>What is submitted: a run, and what it needs.</summary>
[GenerateSerializer, Immutable]
internal sealed record RunTicket
{
    /// <summary>Id of the run; the same id is never started twice.</summary>
    [Id(0)]
    public required string Run { get; init; }

    /// <summary>Id of the sweep that the run belongs to.</summary>
    [Id(1)]
    public required string Sweep { get; init; }

    /// <summary>Name of the run for people, unique within its sweep.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>Arguments of <c>mbmix</c> that start the run, without folders of this machine.</summary>
    [Id(3)]
    public required string[] Arguments { get; init; }

    /// <summary>Code that the run was submitted with.</summary>
    [Id(4)]
    public required CodeStamp Code { get; init; }

    /// <summary>Folders of plugins that travel with the run.</summary>
    [Id(5)]
    public PluginFolder[] Plugins { get; init; } = [];

    /// <summary>Files of a run that was begun elsewhere; none for a new run.</summary>
    [Id(6)]
    public FileEntry[] Files { get; init; } = [];

    /// <summary>Number of cores.</summary>
    [Id(7)]
    public int Cores { get; init; } = 1;

    /// <summary>Memory [MiB].</summary>
    [Id(8)]
    public int Memory { get; init; } = 1024;

    /// <summary>Labels that a runner must have.</summary>
    [Id(9)]
    public string[] Labels { get; init; } = [];

    /// <summary>Environment steps to train for; 0 if they are not known.</summary>
    [Id(10)]
    public long Budget { get; init; }

    /// <summary>
    /// Whether this is the same training, whatever it needs. What goes on from files does not say how it was begun, and
    /// is the same.
    /// </summary>
    public bool TrainsAs(RunTicket other) => Arguments.Length == 1 || other.Arguments.Length == 1
        || (Settings().SequenceEqual(other.Settings(), StringComparer.Ordinal)
            && Plugins.Select(p => p.Hash).SequenceEqual(other.Plugins.Select(p => p.Hash), StringComparer.Ordinal));

    // threads follow from the cores
    private IEnumerable<string> Settings()
    {
        int threads = Array.IndexOf(Arguments, "--threads");
        return Arguments.Where((_, i) => threads < 0 || (i != threads && i != threads + 1));
    }
}

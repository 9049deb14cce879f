namespace MbMix.Cluster;

/// <summary>All that the coordinator knows about a run; every change makes a new entry.</summary>
[GenerateSerializer, Immutable]
internal sealed record RunEntry
{
    /// <summary>What was submitted.</summary>
    [Id(0)]
    public required RunTicket Ticket { get; init; }

    /// <summary>Place in the queue: that of the submission.</summary>
    [Id(1)]
    public long Order { get; init; }

    /// <summary>Where the run is.</summary>
    [Id(2)]
    public RunPhase Phase { get; init; }

    /// <summary>Number of the newest lease; whoever has an older one is too late.</summary>
    [Id(3)]
    public long Fence { get; init; }

    /// <summary>The runner of the newest lease.</summary>
    [Id(4)]
    public string Runner { get; init; } = "";

    /// <summary>When the lease ends unless it is prolonged.</summary>
    [Id(5)]
    public DateTimeOffset LeaseEnds { get; init; }

    /// <summary>By which a runner asked for the lease, so that a repeated question gets the same answer.</summary>
    [Id(6)]
    public string Request { get; init; } = "";

    /// <summary>How often the run has failed.</summary>
    [Id(7)]
    public int Failures { get; init; }

    /// <summary>Whether somebody wants the run to end.</summary>
    [Id(8)]
    public bool Cancelling { get; init; }

    /// <summary>The files as of the last checkpoint, or at the end all of them.</summary>
    [Id(9)]
    public FileEntry[] Files { get; init; } = [];

    /// <summary>Output of the run's processes; null if there is none yet.</summary>
    [Id(10)]
    public FileEntry? Log { get; init; }

    /// <summary>Width of the SIMD registers that the files were made with [bit]; 0 without files.</summary>
    [Id(11)]
    public int VectorBits { get; init; }

    /// <summary>Exit code of the last process.</summary>
    [Id(12)]
    public int ExitCode { get; init; }

    /// <summary>Why the last process ended, in one line; empty if it says nothing.</summary>
    [Id(13)]
    public string LastWords { get; init; } = "";

    /// <summary>Number of the change that made this entry; those of later changes are higher.</summary>
    [Id(14)]
    public long Change { get; init; }

    /// <summary>Number of the newest lease whose end its runner has told; 0 for none.</summary>
    [Id(15)]
    public long Told { get; init; }

    /// <summary>Whether nothing more will happen.</summary>
    public bool IsOver => Phase is RunPhase.Finished or RunPhase.Failed or RunPhase.Cancelled;
}

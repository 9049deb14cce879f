namespace MbMix.Cluster;

/// <summary>What a runner says about a run: a checkpoint, or how its process ended.</summary>
[GenerateSerializer, Immutable]
internal sealed record RunProgress
{
    /// <summary>Under which lease.</summary>
    [Id(0)]
    public required HeldLease Lease { get; init; }

    /// <summary>Whether the process goes on, or how it ended.</summary>
    [Id(1)]
    public required ProgressKind Kind { get; init; }

    /// <summary>The files of the run; null if the ones that are known stay.</summary>
    [Id(2)]
    public FileEntry[]? Files { get; init; }

    /// <summary>Output of the process; null if what is known stays.</summary>
    [Id(3)]
    public FileEntry? Log { get; init; }

    /// <summary>Width of the SIMD registers that the files were made with [bit].</summary>
    [Id(4)]
    public int VectorBits { get; init; }

    /// <summary>Exit code of the process, if it has ended.</summary>
    [Id(5)]
    public int ExitCode { get; init; }

    /// <summary>Why the process ended, in one line.</summary>
    [Id(6)]
    public string LastWords { get; init; } = "";
}

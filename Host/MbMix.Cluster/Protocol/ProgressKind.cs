namespace MbMix.Cluster;

/// <summary>Kinds of news about a run.</summary>
internal enum ProgressKind
{
    /// <summary>A new checkpoint.</summary>
    Checkpoint,

    /// <summary>The run has its result.</summary>
    Finished,

    /// <summary>The run's process failed.</summary>
    Failed,

    /// <summary>The runner gives the run back, to go on elsewhere.</summary>
    Released,

    /// <summary>The process was ended because the run is cancelled.</summary>
    Cancelled,
}

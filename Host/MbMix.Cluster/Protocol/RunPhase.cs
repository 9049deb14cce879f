namespace MbMix.Cluster;

/// <summary>Where a run is on its way through the cluster.</summary>
internal enum RunPhase
{
    /// <summary>Waits for a runner.</summary>
    Queued,

    /// <summary>A runner has it.</summary>
    Leased,

    /// <summary>Has a result.</summary>
    Finished,

    /// <summary>Has failed as often as is allowed.</summary>
    Failed,

    /// <summary>Was cancelled.</summary>
    Cancelled,
}

namespace MbMix.Comparison;

/// <summary>Where a run of a comparison stands.</summary>
public enum RunStage
{
    /// <summary>Nothing worth keeping exists yet.</summary>
    Waiting,

    /// <summary>Its process is at work.</summary>
    Running,

    /// <summary>It has a checkpoint to go on from, but no result.</summary>
    Interrupted,

    /// <summary>It has its result.</summary>
    Finished,

    /// <summary>Its process ended with an error.</summary>
    Failed,
}

namespace MbMix.Comparison;

/// <summary>Stage of a run in a comparison.</summary>
public enum RunStage
{
    /// <summary>The run has not started, or has no checkpoint yet.</summary>
    Waiting,

    /// <summary>The run's process is running.</summary>
    Running,

    /// <summary>The run has a checkpoint from which it can be resumed, but no result.</summary>
    Interrupted,

    /// <summary>The run has a result.</summary>
    Finished,

    /// <summary>The run's process ended with an error, or its result says so or cannot be used.</summary>
    Failed,
}

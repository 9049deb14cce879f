namespace MbMix.Search;

/// <summary>Stage of a trial.</summary>
public enum TrialStage
{
    /// <summary>A job of the trial is being done.</summary>
    Running,

    /// <summary>The trial was stopped at a rung below the whole budget and may go on.</summary>
    Paused,

    /// <summary>The trial has had the whole budget.</summary>
    Finished,

    /// <summary>The trial has failed.</summary>
    Failed,
}

namespace MbMix.Comparison;

/// <summary>A change in the stage of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stage">The new stage.</param>
/// <param name="Detail">
/// Details for the user: the return of a finished run, why a run failed, or whether a run was started or resumed.
/// </param>
public sealed record RunUpdate(PlannedRun Run, RunStage Stage, string Detail);

namespace MbMix.Comparison;

/// <summary>Something happened to a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stage">Where it stands now.</param>
/// <param name="Detail">For a person: the return of a finished run, why a run failed, what a starting run goes on from.</param>
public sealed record RunUpdate(PlannedRun Run, RunStage Stage, string Detail);

using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>A run of a trial on its way to a rung.</summary>
/// <param name="Job">The job of the trial.</param>
/// <param name="Run">The run of one of its seeds.</param>
internal sealed record TuneWork(TrialJob Job, PlannedRun Run)
{
    /// <summary>Name of the work in messages.</summary>
    public override string ToString() => $"trial {Job.Trial.Number} seed {Run.Seed}";
}

using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>
/// Brings runs to their rungs, each as a process. A run that a search started before it was killed goes on by itself;
/// it is waited for, and then continued from its checkpoint or started again.
/// </summary>
internal sealed class TrialRuns(TunePlan plan, IRunLauncher launcher, Action<string> say)
{
    // an earlier process may take the folder between our look and the start of ours
    private const int MostAttempts = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Brings a run to its rung.</summary>
    public async Task<TuneOutcome> RunAsync(TuneWork work, CancellationToken stop, CancellationToken abort)
    {
        try
        {
            var folder = new ClosedFolder(plan.Folder);
            foreach (string path in new[] { work.Run.Folder, work.Run.LogFile }) folder.Require(path);
            RegularFile.RequireWritable(work.Run.LogFile);
            return await BringAsync(work, stop, abort).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            return new TuneOutcome(null, OneLine.Of(e));
        }
    }

    private async Task<TuneOutcome> BringAsync(TuneWork work, CancellationToken stop, CancellationToken abort)
    {
        long? steps = work.Job.Rung < plan.Terms.Ladder.Top ? work.Job.Steps : null;
        for (int attempt = 1; ; attempt++)
        {
            await WaitAsync(work, stop).ConfigureAwait(false);
            if (stop.IsCancellationRequested) return new TuneOutcome(null, null);
            if (Outcome(work.Run.Folder, steps) is { } known) return known;
            bool resume = RunState.HasCheckpoint(work.Run.Folder);
            // a run that was killed before its first checkpoint cannot be resumed
            if (!resume) RunFolders.Delete(work.Run.Folder);
            var exit = await launcher.RunAsync(
                resume ? plan.ResumeArguments(work.Run, steps) : plan.TrainArguments(work.Job.Trial, work.Run, steps),
                work.Run.LogFile, stop, abort).ConfigureAwait(false);
            if (Outcome(work.Run.Folder, steps) is { } outcome) return outcome;
            if (stop.IsCancellationRequested) return new TuneOutcome(null, null);
            if (attempt < MostAttempts && RunFolders.InUse(work.Run.Folder)) continue;
            string reason = exit.LastWords.Length > 0
                ? exit.LastWords : $"ended without a result, exit code {exit.Code}";
            return new TuneOutcome(null, reason);
        }
    }

    private async Task WaitAsync(TuneWork work, CancellationToken stop)
    {
        if (!RunFolders.InUse(work.Run.Folder)) return;
        say($"{work}: still trained by an earlier process, waiting for it");
        while (RunFolders.InUse(work.Run.Folder) && !stop.IsCancellationRequested)
            await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
    }

    // null as long as the run is not at its rung
    private static TuneOutcome? Outcome(string folder, long? steps)
    {
        if (RunState.HasResult(folder))
        {
            var result = RunResult.Read(RunFolder.Open(folder))!;
            if (result.Failure is not null) return new TuneOutcome(null, result.Failure);
            if (steps is null) return new TuneOutcome(result.EvaluationReturn, null);
        }
        string evaluations = Path.Combine(folder, "evaluations.csv");
        if (steps is null || FileProbe.KindOf(evaluations) == FileKind.Absent) return null;
        var table = CsvTable.Read(evaluations);
        for (int row = 0; row < table.Rows; row++)
        {
            if (table.Number(row, "env_steps") >= steps) return new TuneOutcome(table.Number(row, "mean"), null);
        }
        return null;
    }
}

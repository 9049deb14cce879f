namespace MbMix.Comparison;

/// <summary>
/// Completes the runs of a comparison, several in parallel. Finished runs are skipped, interrupted runs are resumed,
/// and the others are started. A run that fails does not stop the rest.
/// </summary>
public sealed class ComparisonRunner(ComparisonPlan plan, IRunLauncher launcher, int jobs)
{
    /// <summary>Runs everything that is not finished.</summary>
    /// <param name="updates">Receives every start and end of a run; called on several threads.</param>
    /// <param name="stop">Asks running processes to save and end; no further ones are started.</param>
    /// <param name="abort">Kills running processes.</param>
    /// <returns>
    /// The last update of every run, in the plan's order; that of a run that was not started has no details.
    /// </returns>
    public async Task<IReadOnlyList<RunUpdate>> RunAsync(
        IProgress<RunUpdate> updates, CancellationToken stop, CancellationToken abort)
    {
        using var places = new SemaphoreSlim(Math.Max(1, jobs));
        return await Task.WhenAll(plan.Runs.Select(async run =>
        {
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                return await RunOneAsync(run, updates, stop, abort).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        })).ConfigureAwait(false);
    }

    private async Task<RunUpdate> RunOneAsync(
        PlannedRun run, IProgress<RunUpdate> updates, CancellationToken stop, CancellationToken abort)
    {
        var found = RunState.Of(run);
        if (found.Stage is RunStage.Finished or RunStage.Failed)
        {
            string detail = found.Record is { } record ? Outcome(record) + ", was done before" : found.Reason;
            return Report(updates, new(run, found.Stage, detail));
        }
        if (stop.IsCancellationRequested) return new(run, found.Stage, "");
        Report(updates, new(run, RunStage.Running, found.Stage == RunStage.Interrupted ? "resumed" : "started"));
        try
        {
            var folder = new ClosedFolder(plan.Folder);
            foreach (string path in new[] { run.Folder, run.LogFile }) folder.Require(path);
            RegularFile.RequireWritable(run.LogFile);
            // a run that was killed before its first checkpoint cannot be resumed
            if (found.Stage == RunStage.Waiting) RunFolders.Delete(run.Folder);
            var arguments = found.Stage == RunStage.Interrupted ? plan.ResumeArguments(run) : plan.TrainArguments(run);
            var exit = await launcher.RunAsync(arguments, run.LogFile, stop, abort).ConfigureAwait(false);
            return Report(updates, LastUpdate(run, exit, stop.IsCancellationRequested));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            // the run may have finished all the same
            var state = RunState.Of(run);
            return Report(
                updates,
                state.Record is { } record
                    ? new(run, state.Stage, Outcome(record))
                    : new(run, RunStage.Failed, OneLine.Of(e)));
        }
    }

    private static RunUpdate LastUpdate(PlannedRun run, RunExit exit, bool stopped)
    {
        var state = RunState.Of(run);
        if (state.Record is { } record) return new(run, state.Stage, Outcome(record));
        if (state.Stage == RunStage.Failed) return new(run, state.Stage, state.Reason);
        if (stopped)
            return new(
                run, state.Stage,
                state.Stage == RunStage.Interrupted ? "saved, to be resumed" : "stopped before its first checkpoint");
        string reason = exit.LastWords.Length > 0 ? exit.LastWords : $"ended without a result, exit code {exit.Code}";
        string see = $" (see {OneLine.Path(run.LogFile)})";
        return new(run, RunStage.Failed, OneLine.Limit(reason, see.Length) + see);
    }

    private static string Outcome(RunRecord record)
    {
        var (steps, seconds) = (record.EnvironmentSteps, record.TrainSeconds);
        return FormattableString.Invariant(
            $"evaluation return {record.EvaluationReturn:0.0}, {steps} steps, {seconds:0} s");
    }

    // a full disk or a closed terminal behind the output does not disturb the runs
    private static RunUpdate Report(IProgress<RunUpdate> updates, RunUpdate update)
    {
        try
        {
            updates.Report(update);
        }
        catch (IOException)
        {
            // what is printed at the end fails in the same way and says so
        }
        return update;
    }
}

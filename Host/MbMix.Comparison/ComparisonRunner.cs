using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>
/// Brings the runs of a comparison to their end, some side by side: skips what is finished, goes on with what was interrupted, begins
/// the rest. A run that fails does not stop the others.
/// </summary>
public sealed class ComparisonRunner(ComparisonPlan plan, IRunLauncher launcher, int jobs)
{
    /// <summary>Runs everything that is not finished.</summary>
    /// <param name="updates">Told about every start and end; called on several threads.</param>
    /// <param name="stop">Asks running processes to save and end; no more are started.</param>
    /// <param name="abort">Ends running processes at once.</param>
    /// <returns>The stage of every run, in the plan's order.</returns>
    public async Task<IReadOnlyList<RunStage>> RunAsync(IProgress<RunUpdate> updates, CancellationToken stop, CancellationToken abort)
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

    private async Task<RunStage> RunOneAsync(PlannedRun run, IProgress<RunUpdate> updates, CancellationToken stop, CancellationToken abort)
    {
        var found = RunRecord.StageOf(run.Folder);
        if (found == RunStage.Finished || stop.IsCancellationRequested)
        {
            if (found == RunStage.Finished) updates.Report(new(run, found, Outcome(run) + ", was done before"));
            return found;
        }
        updates.Report(new(run, RunStage.Running, found == RunStage.Interrupted ? "resumed" : "started"));
        RunUpdate last;
        try
        {
            var folder = new ClosedFolder(plan.Folder);
            foreach (string path in new[] { run.Folder, run.LogFile }) folder.Require(path);
            RegularFile.RequireWritable(run.LogFile);
            if (found == RunStage.Waiting) ClearAway(run.Folder);
            var arguments = found == RunStage.Interrupted ? plan.ResumeArguments(run) : plan.TrainArguments(run);
            var exit = await launcher.RunAsync(arguments, run.LogFile, stop, abort).ConfigureAwait(false);
            last = Judge(run, exit, stop.IsCancellationRequested);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            last = new(run, RunStage.Failed, OneLine.Of(e));
        }
        updates.Report(last);
        return last.Stage;
    }

    // a run that was killed before its first checkpoint has nothing to go on from; it would only be in the way
    private static void ClearAway(string folder)
    {
        if (!Directory.Exists(folder)) return;
        string held = Path.Combine(folder, "run.lock");
        if (File.Exists(held))
        {
            // its process may have outlived the comparison that started it
            try
            {
                using var handle = new FileStream(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e)
            {
                throw new MbMixException($"{folder} is in use by another process: wait for it to end.", e);
            }
        }
        RunFolderContent.Delete(folder);
    }

    private static RunUpdate Judge(PlannedRun run, RunExit exit, bool stopped)
    {
        var stage = RunRecord.StageOf(run.Folder);
        if (stage == RunStage.Finished) return new(run, stage, Outcome(run));
        if (stopped) return new(run, stage, stage == RunStage.Interrupted ? "saved, to be resumed" : "stopped before its first checkpoint");
        string reason = exit.LastWords.Length > 0 ? exit.LastWords : $"ended without a result, exit code {exit.Code}";
        return new(run, RunStage.Failed, $"{reason} (see {run.LogFile})");
    }

    private static string Outcome(PlannedRun run)
    {
        var record = RunRecord.Read(run);
        return FormattableString.Invariant($"evaluation return {record.EvaluationReturn:0.0}, {record.EnvironmentSteps} steps, {record.TrainSeconds:0} s");
    }
}
